/** A linked queue: unlike an array, taking the first of a long one costs nothing extra. */

interface Link<T> {
  readonly value: T;
  next: Link<T> | null;
}

export class Fifo<T> {
  #first: Link<T> | null = null;
  #last: Link<T> | null = null;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get empty(): boolean {
    return this.#first === null;
  }

  get first(): T | undefined {
    return this.#first?.value;
  }

  push(value: T): void {
    const link: Link<T> = { value, next: null };
    if (this.#last === null) this.#first = link;
    else this.#last.next = link;
    this.#last = link;
    this.#length += 1;
  }

  pushFront(value: T): void {
    this.#first = { value, next: this.#first };
    this.#last ??= this.#first;
    this.#length += 1;
  }

  shift(): T | undefined {
    const link = this.#first;
    if (link === null) return undefined;
    this.#first = link.next;
    this.#length -= 1;
    if (link.next === null) this.#last = null;
    return link.value;
  }
}
