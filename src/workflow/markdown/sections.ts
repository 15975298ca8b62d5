/** A Markdown document as its headings and what stands under each, with the offsets needed to change it in place. */

import { type DocumentLine, linesOf } from './lines.ts';

/** The language of the code block that holds a step's records. */
export const RECORD_LANG = 'session-toon';

export interface CodeBlock {
  /** The first word after the opening fence, or empty. */
  readonly lang: string;
  /** 1-based, of the opening fence. */
  readonly line: number;
  /** Offsets of the content: the lines between the fences, the last line break included. */
  readonly start: number;
  readonly end: number;
  /** The text before the opening fence: spaces, or a list marker. */
  readonly indent: string;
  /** False when the document, or the list item it is in, ends before the block does. */
  readonly closed: boolean;
}

export interface Section {
  /** As written, without the `#`s before and after it, and without comments. */
  readonly heading: string;
  /** 1 to 6. */
  readonly depth: number;
  /** 1-based, of the heading. */
  readonly line: number;
  readonly column: number;
  /** Offsets of the heading and everything up to the next heading of any depth. */
  readonly start: number;
  readonly end: number;
  /** Where something can be appended: after the last line that is not blank and no `---`, before its line break. */
  readonly contentEnd: number;
  readonly blocks: readonly CodeBlock[];
  /** Paragraphs and list items, a line at a time; no code, quotes, tables, HTML or comments. */
  readonly lines: readonly DocumentLine[];
}

/** The language that a fence names, or empty. */
export const langOf = ({ text }: DocumentLine): string => /^[`~]+[ \t]*(\S*)/.exec(text)?.[1] ?? '';

/** The sections in order. What stands before the first heading belongs to none. */
export function sectionsOf(document: string, lines: readonly DocumentLine[] = linesOf(document)): Section[] {
  const starts = lines.flatMap(({ kind }, index) => (kind === 'heading' ? [index] : []));
  return starts.map((from, at) => {
    const next = starts[at + 1];
    const end = next === undefined ? document.length : (lines[next]?.start ?? document.length);
    return toSection(lines.slice(from, next), end, document);
  });
}

function toSection(lines: readonly DocumentLine[], end: number, document: string): Section {
  const [first] = lines;
  if (first === undefined) throw new Error('a section begins with its heading');
  const last = lines.findLast(({ kind }) => kind !== 'blank' && kind !== 'rule') ?? first;
  const depth = /^#*/.exec(first.text)?.[0].length ?? 1;
  return {
    heading: headingText(first.text.slice(depth)),
    depth,
    line: first.number,
    column: first.column,
    start: first.start,
    end,
    contentEnd: last.end,
    blocks: blocksOf(lines, end, document),
    lines: lines.filter(({ kind }) => kind === 'text'),
  };
}

/** `Title ##` is `Title`. */
function headingText(text: string): string {
  const trimmed = text.trim();
  let end = trimmed.length;
  while (trimmed[end - 1] === '#') end--;
  const isClosing = end === 0 || /[ \t]/.test(trimmed.charAt(end - 1));
  return isClosing ? trimmed.slice(0, end).trimEnd() : trimmed;
}

function blocksOf(lines: readonly DocumentLine[], sectionEnd: number, document: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = lines[at];
    if (fence?.kind !== 'fence') continue;
    const from = at + 1;
    while (lines[at + 1]?.kind === 'code') at++;
    const after = lines[at + 1];
    const closed = after?.kind === 'fenceEnd';
    if (closed) at++;
    blocks.push({
      lang: langOf(fence),
      line: fence.number,
      start: lines[from]?.start ?? sectionEnd,
      end: after?.start ?? sectionEnd,
      indent: document.slice(fence.start, fence.start + fence.column - 1),
      closed,
    });
  }
  return blocks;
}
