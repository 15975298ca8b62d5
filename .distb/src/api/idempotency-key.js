/** The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07): quoted as specified, or bare. */
import { faultsOf, invalid } from "../workflow/parse.js";
import { idempotencyKeyField } from "../workflow/task-request.js";
const POINTER = '/idempotencyKey';
/** The key of header and body, which must agree when both are there; null for none. */
export function idempotencyKey(header, field) {
    if (header === undefined)
        return field;
    const key = unquote(header.trim());
    if (key === null) {
        throw refuse('must be one quoted string or one bare word of visible ASCII characters');
    }
    const checked = idempotencyKeyField.safeParse(key);
    if (!checked.success)
        throw refuse(faultsOf(checked.error)
            .map(({ message }) => message)
            .join('; '));
    if (field !== null && field !== key)
        throw refuse('differs from idempotencyKey in the body; send one of them');
    return key;
}
/** RFC 8941 §3.3.3 strings escape only `"` and `\`. */
function unquote(header) {
    if (/^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/.test(header)) {
        return header.slice(1, -1).replace(/\\(["\\])/g, '$1');
    }
    return /^[\x21\x23-\x2b\x2d-\x7e]+$/.test(header) ? header : null;
}
function refuse(message) {
    return invalid('INVALID_IDEMPOTENCY_KEY', 'the Idempotency-Key header', [{ pointer: POINTER, message }]);
}
