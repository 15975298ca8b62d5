/**
 * Where a YAML text becomes more than can be taken: nested deeper than can be built, or of more parts than can be
 * read in a second. Asked before it is parsed: the parser goes down by recursion, and where that ends the process may
 * end with it; and of a megabyte of commas it makes a million errors.
 */

import { Lexer } from 'yaml';
import { LIMITS } from '../definition.ts';

/** Every level of a block is at least a column further in; more than anybody writes, and safely built. */
const MAX_COLUMNS = 512;

/** Ten thousand steps of five lines each are fewer. */
const MOST_TOKENS = 400_000;
/** Long lists of names are fewer too; a hostile text has a token in a letter or two. */
const LEAST_LETTERS = 3;

const TOO_DEEP = `is nested more than ${LIMITS.jsonDepth} deep`;
const tooMany = (most: number): string =>
  `is where the file becomes too much to read: it has more than ${most} words and signs; write it shorter, or several workflows`;

export function excessOf(text: string): { readonly offset: number; readonly message: string } | null {
  const deep = (at: number) => ({ offset: at, message: TOO_DEEP });
  const most = Math.max(MOST_TOKENS, Math.floor(text.length / LEAST_LETTERS));
  let offset = 0;
  let tokens = 0;
  let lineStart = 0;
  let inFlow = 0;
  let inLine = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') inFlow++;
    else if (token === ']' || token === '}') inFlow--;
    else if (token === '-' || token === '?') inLine++;
    if (inFlow > LIMITS.jsonDepth || inLine > LIMITS.jsonDepth) return deep(offset);
    if (++tokens > most) return { offset, message: tooMany(most) };
    if (offset === lineStart && inFlow === 0 && /^ +$/.test(token) && token.length > MAX_COLUMNS)
      return deep(offset);
    if (!isMark(token)) offset += token.length;
    if (!token.includes('\n')) continue;
    lineStart = offset;
    inLine = 0;
  }
  return null;
}

/** The lexer tells of documents and scalars by single control characters, which are no part of the text. */
const isMark = (token: string): boolean => token === '\u0002' || token === '\u0018' || token === '\u001f';
