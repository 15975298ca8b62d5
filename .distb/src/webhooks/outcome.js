const PERMANENT = new Set(['HTTP_410', 'ADDRESS_NOT_ALLOWED', 'INVALID_URL']);
/** Longer than any HTTP date; a header beyond it is not one to keep. */
const MAX_RETRY_AFTER_CHARACTERS = 64;
export function answered(answer) {
    const { httpStatus, headers } = answer;
    if (httpStatus >= 200 && httpStatus < 300)
        return { status: 'complete', output: { httpStatus } };
    const message = `the receiver answered ${httpStatus}${explain(answer)}`;
    return failed(`HTTP_${httpStatus}`, message, first(headers['retry-after']));
}
function explain({ httpStatus, headers, excerpt }) {
    if (httpStatus === 410)
        return ' (gone): nothing more is sent for this delivery';
    if (httpStatus >= 300 && httpStatus < 400) {
        const location = plain(first(headers.location) ?? '');
        return `${location && ` and ${location}`}; redirects are not followed, use the final URL`;
    }
    return excerpt && `: ${plain(excerpt)}`;
}
/** No answer came: refused, unreachable or broken off. The code is the cause's own, such as ECONNREFUSED. */
export function unanswered(error) {
    const { code, message } = factsOf(error);
    if (code === 'UND_ERR_CONNECT_TIMEOUT')
        return failed('TIMEOUT', message);
    return failed(code, PERMANENT.has(code) ? message : `no answer from the receiver: ${message}`);
}
export function failed(code, message, retryAfter) {
    const usable = retryAfter !== undefined && retryAfter.length <= MAX_RETRY_AFTER_CHARACTERS;
    const retryable = !PERMANENT.has(code);
    const error = { name: 'WebhookError', message, code, retryable, ...(usable ? { retryAfter } : {}) };
    return { status: 'failed', error };
}
function factsOf(error) {
    if (!(error instanceof Error))
        return { code: 'CONNECTION_FAILED', message: plain(String(error)) };
    const code = 'code' in error && typeof error.code === 'string' ? error.code : 'CONNECTION_FAILED';
    // When several addresses were tried, the error has their common code and no message.
    return { code, message: plain(error.message) || code };
}
function first(header) {
    return Array.isArray(header) ? header[0] : header;
}
/** A stranger's text on one line: no control or direction characters that would garble a log or a terminal. */
function plain(text) {
    return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
