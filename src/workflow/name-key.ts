/** Names as they are compared: those that look alike are one, whether é is one character or two (Unicode NFC, NFD). */

const BEYOND_ASCII = /[^\0-\x7f]/;

/** Plain names, which nearly all are, stay as they are. */
export const nameKey = (name: string): string => (BEYOND_ASCII.test(name) ? name.normalize('NFC') : name);

/** Tells whether a URL parser removes it from a path: `.` and `..`, with or without `%2E` for dots. */
export const isDotSegment = (name: string): boolean => /^(?:\.|%2e){1,2}$/i.test(name);

export const DOT_SEGMENT = 'must not be "." or "..", which no path can hold';

/** Says which name: whoever reads it knows it by its beginning. */
export const tooLong = (name: string, max: number): string =>
  `must be at most ${max} characters; ${JSON.stringify(`${name.slice(0, max)}…`)} has ${name.length}`;
