/** Where in a text each key and value of the document read from it stands, as offsets, found without a search. */

export interface Place {
  readonly key: number;
  readonly value: number;
}

export class Places {
  readonly #of = new WeakMap<object, Map<string, Place>>();

  note(container: object, key: string, place: Place): void {
    const places = this.#of.get(container);
    if (places === undefined) this.#of.set(container, new Map([[key, place]]));
    else places.set(key, place);
  }

  /** For an object made of others: a key stands where the last of them that has it says. */
  noteMerge(made: object, of: readonly object[]): void {
    for (const source of of) {
      for (const [key, place] of this.#of.get(source) ?? []) this.note(made, key, place);
    }
  }

  /** The offset of what a path leads to, of its key if asked; what is not there stands where its holder does. */
  find(document: unknown, path: readonly string[], ofKey: boolean): number {
    let found: Place = { key: 0, value: 0 };
    let value = document;
    for (const key of path) {
      const place = isContainer(value) ? this.#of.get(value)?.get(key) : undefined;
      if (place === undefined) return found.key;
      found = place;
      value = isContainer(value) ? value[key] : undefined;
    }
    return ofKey ? found.key : found.value;
  }
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
