/** Offsets into a text as line and column, by its line feeds: what YAML's own counter says of a broken text is wrong. */

export class LineStarts {
  readonly #starts: number[];
  readonly #firstLine: number;

  /** `firstLine`: of the text, where it is part of a document. */
  constructor(text: string, firstLine = 1) {
    this.#firstLine = firstLine;
    // A byte order mark is in no column.
    this.#starts = [text.startsWith('\ufeff') ? 1 : 0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Both from 1. */
  positionOf(offset: number): { line: number; column: number } {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + this.#firstLine, column: Math.max(0, offset - (this.#starts[low] ?? 0)) + 1 };
  }
}
