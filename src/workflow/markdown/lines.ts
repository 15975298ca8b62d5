/**
 * The lines of a Markdown document, each with the kind of block it stands in. A scan of our own that follows
 * CommonMark's rules for blocks, because it must stay linear whatever a stranger posts (parsers of all of Markdown need
 * many seconds for a megabyte of bullets) and because records are appended by offset.
 */

/** `hidden` is what holds nothing of a workflow: quotes, tables, HTML, comments, headings within lists. */
type LineKind =
  | 'blank'
  | 'heading'
  | 'text'
  | 'rule'
  | 'fence'
  | 'code'
  | 'fenceEnd'
  | 'hidden'
  | 'frontMatter';

export interface DocumentLine {
  readonly kind: LineKind;
  /** 1-based. */
  readonly number: number;
  /** Offsets into the document, the line break left out. */
  readonly start: number;
  readonly end: number;
  /** Without indentation, list marker and comments. */
  readonly text: string;
  /** 1-based, of `text`. */
  readonly column: number;
  /** Tells whether it begins a list item. */
  readonly bullet: boolean;
}

/** A block that goes on until its end is seen. */
type Open =
  | { readonly kind: 'fence'; readonly sign: string; readonly length: number; readonly itemWidth: number }
  | { readonly kind: 'html'; readonly end: RegExp }
  | { readonly kind: 'table' | 'frontMatter' };

const RULE = /^(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const BULLET = /^(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)/;
const HEADING = /^#{1,6}(?:[ \t]|$)/;
const FENCE = /^(?:`{3,}(?=[^`]*$)|~{3,})/;
const VERBATIM_TAG = /^<(?:pre|script|style|textarea)(?=[\s>]|$)/i;
const TAG = /^<[/]?[a-z][a-z0-9-]*(?=[\s/>])/i;
const BLANK = /^[ \t]*$/;

/** One item for each line; a byte order mark belongs to none. */
export function linesOf(document: string): DocumentLine[] {
  const lines: DocumentLine[] = [];
  const scan = new Scan();
  const add = (start: number, end: number): void => {
    const { kind, text, column, bullet } = scan.read(document.slice(start, end));
    if (kind === 'hidden' && scan.isInTable) hideLast(lines);
    lines.push({ kind, number: lines.length + 1, start, end, text, column, bullet });
  };
  const lineBreak = /\r\n|\n|\r/g;
  let start = document.startsWith('\uFEFF') ? 1 : 0;
  for (let found = lineBreak.exec(document); found !== null; found = lineBreak.exec(document)) {
    add(start, found.index);
    start = lineBreak.lastIndex;
  }
  if (start < document.length) add(start, document.length);
  return lines;
}

/** That a line was the head of a table is only known one line later. */
function hideLast(lines: DocumentLine[]): void {
  const head = lines.at(-1);
  if (head?.kind === 'text') lines[lines.length - 1] = { ...head, kind: 'hidden' };
}

type Reading = Pick<DocumentLine, 'kind' | 'text' | 'column' | 'bullet'>;
const NOTHING: Reading = { kind: 'blank', text: '', column: 1, bullet: false };

class Scan {
  #open: Open | null = null;
  #previous: LineKind | null = null;
  /** For each open list item, outermost first, how far its content is indented. */
  #items: readonly number[] = [];

  get isInTable(): boolean {
    return this.#open?.kind === 'table';
  }

  read(source: string): Reading {
    const kind = this.#open === null ? null : this.#goOn(this.#open, source);
    const line = kind === null ? this.#begin(source) : { kind, text: source, column: 1, bullet: false };
    this.#previous = line.kind;
    return line;
  }

  /** The kind of a line that belongs to the open block, or null if the block ended before it. */
  #goOn(open: Open, source: string): LineKind | null {
    if (open.kind === 'fence') {
      const text = source.trim();
      if (text === '') return 'code';
      if (widthOf(source) >= open.itemWidth) {
        if (text.length < open.length || text !== open.sign.repeat(text.length)) return 'code';
        this.#open = null;
        return 'fenceEnd';
      }
    } else if (open.kind === 'frontMatter') {
      if (source.trimEnd() === '---') this.#open = null;
      return 'frontMatter';
    } else if (open.kind === 'html') {
      const ends = open.end.test(source);
      if (ends) this.#open = null;
      return ends && BLANK.test(source) ? 'blank' : 'hidden';
    } else if (!BLANK.test(source)) return 'hidden';
    this.#open = null;
    return null;
  }

  #begin(source: string): Reading {
    if (BLANK.test(source)) return NOTHING;
    let at = /^[ \t]*/.exec(source)?.[0].length ?? 0;
    const as = (kind: LineKind, bullet = false): Reading => ({
      kind,
      text: source.slice(at).trimEnd(),
      column: at + 1,
      bullet,
    });
    if (this.#previous === null && source.trimEnd() === '---') {
      this.#open = { kind: 'frontMatter' };
      return as('frontMatter');
    }
    const width = widthOf(source);
    const around = this.#items;
    this.#items = around.filter((itemWidth) => itemWidth <= width);
    // After text such a line goes on with it, and can begin nothing; but a bullet is meant as one all the same.
    const isIndented = width - this.#itemWidth >= 4;
    if (isIndented && this.#previous !== 'text') return as('code');
    if (!isIndented && RULE.test(source.slice(at))) return as('rule');

    const marker = BULLET.exec(source.slice(at))?.[0] ?? '';
    at += marker.length;
    const line = as('text', marker !== '');
    if (isIndented) return line;
    if (marker !== '') this.#items = [...this.#items, widthOf(`${source.slice(0, at).replace(/\S/g, ' ')}x`)];
    if (this.#opens(line.text)) return as(this.#open?.kind === 'fence' ? 'fence' : 'hidden');
    if (HEADING.test(line.text))
      return { ...as(this.#items.length > 0 ? 'hidden' : 'heading'), text: withoutComments(line.text) };
    if (/^[>|]/.test(line.text)) return as('hidden');
    // Text right after text is still in the item, however little it is indented.
    if (marker === '' && this.#previous === 'text') this.#items = around;
    return { ...line, text: withoutComments(line.text) };
  }

  get #itemWidth(): number {
    return this.#items.at(-1) ?? 0;
  }

  /** Tells whether the text is the first line of a block that may have more. */
  #opens(text: string): boolean {
    const marker = FENCE.exec(text)?.[0];
    if (marker !== undefined) {
      this.#open = {
        kind: 'fence',
        sign: marker.charAt(0),
        length: marker.length,
        itemWidth: this.#itemWidth,
      };
      return true;
    }
    if (this.#previous === 'text' && isTableRule(text)) {
      this.#open = { kind: 'table' };
      return true;
    }
    const end = htmlEnd(text);
    if (end === null) return false;
    if (end === BLANK || !end.test(text)) this.#open = { kind: 'html', end };
    return true;
  }
}

/** Returns the end of the HTML that a line begins with, or null. The rest of that line is HTML too. */
function htmlEnd(text: string): RegExp | null {
  if (text.startsWith('<!--')) return /-->/;
  if (VERBATIM_TAG.test(text)) return /<\/(?:pre|script|style|textarea)>/i;
  return TAG.test(text) && text.endsWith('>') ? BLANK : null;
}

function isTableRule(text: string): boolean {
  return /^[-:| \t]+$/.test(text) && text.includes('|') && text.includes('-');
}

/** Columns of indentation, a tab reaching to the next multiple of four. */
function widthOf(source: string): number {
  let width = 0;
  for (const character of source) {
    if (character === ' ') width++;
    else if (character === '\t') width += 4 - (width % 4);
    else break;
  }
  return width;
}

/** Blanked and not cut, so that columns stay. */
function withoutComments(text: string): string {
  let result = '';
  let at = 0;
  for (let from = text.indexOf('<!--'); from !== -1; from = text.indexOf('<!--', at)) {
    const end = text.indexOf('-->', from);
    if (end === -1) break;
    result += text.slice(at, from) + ' '.repeat(end + 3 - from);
    at = end + 3;
  }
  return (result + text.slice(at)).trimEnd();
}
