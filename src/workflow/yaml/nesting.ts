/**
 * Where a YAML text begins to nest deeper than can be built. Asked before it is parsed: the parser goes down by
 * recursion, and where that ends the process may end with it.
 */

import { Lexer } from 'yaml';
import { LIMITS } from '../definition.ts';

/** Every level of a block is at least a column further in; more than anybody writes, and safely built. */
const MAX_COLUMNS = 512;

/** Offset of what is too deep, or null. */
export function tooDeepAt(text: string): number | null {
  let offset = 0;
  let lineStart = 0;
  let inFlow = 0;
  let inLine = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') inFlow++;
    else if (token === ']' || token === '}') inFlow--;
    else if (token === '-' || token === '?') inLine++;
    if (inFlow > LIMITS.jsonDepth || inLine > LIMITS.jsonDepth) return offset;
    if (offset === lineStart && inFlow === 0 && /^ +$/.test(token) && token.length > MAX_COLUMNS)
      return offset;
    if (!isMark(token)) offset += token.length;
    if (!token.includes('\n')) continue;
    lineStart = offset;
    inLine = 0;
  }
  return null;
}

/** The lexer tells of documents and scalars by single control characters, which are no part of the text. */
const isMark = (token: string): boolean => token === '\u0002' || token === '\u0018' || token === '\u001f';
