/** Values filed under patterns, found by subject: a look-up costs the subject's tokens, not the patterns filed. */
export class SubjectTrie {
    #root = createNode();
    add(pattern, value) {
        let node = this.#root;
        for (const token of pattern.split('.')) {
            const next = node.children.get(token) ?? createNode();
            node.children.set(token, next);
            node = next;
        }
        node.values.add(value);
    }
    get isEmpty() {
        return this.#root.children.size === 0;
    }
    delete(pattern, value) {
        remove(this.#root, pattern.split('.'), 0, value);
    }
    match(subject, visit) {
        walk(this.#root, subject.split('.'), 0, visit);
    }
}
function createNode() {
    return { children: new Map(), values: new Set() };
}
function walk(node, tokens, depth, visit) {
    const token = tokens[depth];
    if (token === undefined) {
        node.values.forEach(visit);
        return;
    }
    node.children.get('>')?.values.forEach(visit);
    const any = node.children.get('*');
    if (any !== undefined)
        walk(any, tokens, depth + 1, visit);
    const exact = node.children.get(token);
    if (exact !== undefined)
        walk(exact, tokens, depth + 1, visit);
}
/** Takes emptied nodes along, so that short-lived patterns (reply inboxes) leave nothing behind. */
function remove(node, tokens, depth, value) {
    const token = tokens[depth];
    if (token === undefined) {
        node.values.delete(value);
        return;
    }
    const child = node.children.get(token);
    if (child === undefined)
        return;
    remove(child, tokens, depth + 1, value);
    if (child.values.size === 0 && child.children.size === 0)
        node.children.delete(token);
}
