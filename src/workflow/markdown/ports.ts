/** The names of data on one side of an arrow: `order, receipt::Receipt and labels::Map<String, Label>`. */

import { LIMITS, type Port } from '../definition.ts';
import { plainText } from './plain.ts';

/** Also names of files: `raw_data.csv`. */
const PORT = /^([\p{L}_][\p{L}\p{M}\p{N}_-]*(?:\.[\p{L}\p{M}\p{N}_-]+)*)(?:\s*::\s*([\p{L}_]\P{C}*))?$/u;

/** Null when it is anything but names with optional types, separated by commas, `and` or `&`. */
export function parsePorts(markdown: string): Port[] | null {
  const ports = listed(plainText(markdown)).map(parsePort);
  return ports.every((port) => port !== null) ? ports : null;
}

export function parsePort(text: string): Port | null {
  const [, name, type = null] = PORT.exec(text.trim()) ?? [];
  if (name === undefined || name.length > LIMITS.nameLength) return null;
  return type === null || isType(type) ? { name, type } : null;
}

/** One word, but for what is in its brackets. */
function isType(text: string): boolean {
  return text.length <= LIMITS.nameLength && !/\s/.test(text.replace(/[<({[].*[>)}\]]/, ''));
}

/** The parts of a side: split at separators, but for those within the brackets of a type. */
export function listed(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: found, index } of text.matchAll(/[<({[]|[>)}\]]|,|&|\sand\s/gi)) {
    if ('<({['.includes(found)) depth++;
    else if ('>)}]'.includes(found)) depth--;
    else if (depth === 0) {
      parts.push(text.slice(from, index));
      from = index + found.length;
    }
  }
  return [...parts, text.slice(from)];
}
