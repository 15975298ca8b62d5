/** Collects what a handler is given, so that a test waits for the nth and then reads them all. */
export class Recorder<T> {
  readonly seen: T[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  readonly record = (value: T): void => {
    this.seen.push(value);
    for (const { count, resolve } of this.#waiting) if (this.seen.length >= count) resolve();
  };

  /** The first `count`, once there are as many. */
  async first(count: number): Promise<T[]> {
    if (this.seen.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    }
    return this.seen.slice(0, count);
  }

  /** The nth, counted from 1. */
  async nth(n: number): Promise<T> {
    const last = (await this.first(n)).at(-1);
    if (last === undefined) throw new Error('nth counts from 1');
    return last;
  }
}
