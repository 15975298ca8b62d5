/** Values filed under patterns, found by subject: a look-up costs the subject's tokens, not the patterns filed. */

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  readonly values: Set<T>;
}

export class SubjectTrie<T> {
  readonly #root: Node<T> = createNode();

  add(pattern: string, value: T): void {
    let node = this.#root;
    for (const token of pattern.split('.')) {
      const next = node.children.get(token) ?? createNode<T>();
      node.children.set(token, next);
      node = next;
    }
    node.values.add(value);
  }

  get isEmpty(): boolean {
    return this.#root.children.size === 0;
  }

  delete(pattern: string, value: T): void {
    remove(this.#root, pattern.split('.'), 0, value);
  }

  match(subject: string, visit: (value: T) => void): void {
    walk(this.#root, subject.split('.'), 0, visit);
  }

  /** False: no pattern filed here and this one have a subject in common. Looks no further than its first wildcard. */
  reaches(pattern: string): boolean {
    const tokens = pattern.split('.');
    return isReached(
      this.#root,
      tokens.slice(
        0,
        tokens.findIndex((token) => token === '*' || token === '>'),
      ),
      0,
    );
  }
}

function isReached<T>(node: Node<T>, tokens: readonly string[], depth: number): boolean {
  const token = tokens[depth];
  if (token === undefined) return node.children.size > 0;
  if (node.children.has('>')) return true;
  const next = [node.children.get('*'), node.children.get(token)];
  return next.some((child) => child !== undefined && isReached(child, tokens, depth + 1));
}

function createNode<T>(): Node<T> {
  return { children: new Map(), values: new Set() };
}

function walk<T>(node: Node<T>, tokens: readonly string[], depth: number, visit: (value: T) => void): void {
  const token = tokens[depth];
  if (token === undefined) {
    node.values.forEach(visit);
    return;
  }
  node.children.get('>')?.values.forEach(visit);
  const any = node.children.get('*');
  if (any !== undefined) walk(any, tokens, depth + 1, visit);
  const exact = node.children.get(token);
  if (exact !== undefined) walk(exact, tokens, depth + 1, visit);
}

/** Takes emptied nodes along, so that short-lived patterns (reply inboxes) leave nothing behind. */
function remove<T>(node: Node<T>, tokens: readonly string[], depth: number, value: T): void {
  const token = tokens[depth];
  if (token === undefined) {
    node.values.delete(value);
    return;
  }
  const child = node.children.get(token);
  if (child === undefined) return;
  remove(child, tokens, depth + 1, value);
  if (child.values.size === 0 && child.children.size === 0) node.children.delete(token);
}
