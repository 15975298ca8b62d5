/** Server-sent events out of a response body, by the parsing rules of the HTML standard (§ 9.2.6). */
/** `onBytes` hears every chunk, comments included: a sign of life. */
export async function* readEvents(body, onBytes) {
    let id = '';
    let event = '';
    let data = [];
    for await (const line of readLines(body ?? [], onBytes)) {
        if (line === '') {
            if (data.length > 0)
                yield { id, event: event === '' ? 'message' : event, data: data.join('\n') };
            event = '';
            data = [];
            continue;
        }
        const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
        if (field === 'id')
            id = value;
        else if (field === 'event')
            event = value;
        else if (field === 'data')
            data.push(value);
    }
}
async function* readLines(body, onBytes) {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
        onBytes();
        rest += decoder.decode(chunk, { stream: true });
        // A trailing CR may be half of a CR LF: it stays until the next chunk shows.
        const lines = rest.split(/\r\n|\n|\r(?!$)/);
        rest = lines.pop() ?? '';
        yield* lines;
    }
}
