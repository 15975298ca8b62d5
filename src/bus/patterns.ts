/**
 * The rules NATS gives subjects and patterns: tokens joined by dots; in a pattern `*` stands for one token and a
 * last `>` for one or more. Stricter than the server where it guesses: only printable ASCII, wildcards only alone.
 */

import { Refusal } from '../errors.ts';

const SUBJECT = /^[!-)+-\-/-=?-~]+(\.[!-)+-\-/-=?-~]+)*$/;
const WILDCARD = /^[*>]$/;

/** Refuses, as INVALID_SUBJECT, what a message cannot be published to. */
export function assertSubject(subject: string): void {
  if (SUBJECT.test(subject)) return;
  throw new Refusal(
    'INVALID_SUBJECT',
    `${JSON.stringify(subject)} is no subject: it needs tokens of printable ASCII joined by single dots, without spaces, "*" or ">".`,
  );
}

/** Refuses, as INVALID_PATTERN, what cannot be subscribed to. */
export function assertPattern(pattern: string): void {
  const tokens = pattern.split('.');
  const last = tokens.length - 1;
  const wellFormed = tokens.every((token, index) =>
    WILDCARD.test(token) ? token === '*' || index === last : SUBJECT.test(token),
  );
  if (wellFormed) return;
  throw new Refusal(
    'INVALID_PATTERN',
    `${JSON.stringify(pattern)} is no pattern: it needs tokens of printable ASCII joined by single dots, where "*" is a whole token and ">" the last one.`,
  );
}

/** Tells whether a pattern takes a subject; given another pattern, whether it takes all subjects of that one. */
export function matches(pattern: string, subject: string): boolean {
  // The pattern of a stream, asked about with each message.
  if (pattern.endsWith('.>') && !pattern.includes('*')) {
    const start = pattern.slice(0, -1);
    return subject.length > start.length && subject.startsWith(start);
  }
  const wanted = pattern.split('.');
  const given = subject.split('.');
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return given.length > index;
    const actual = given[index];
    if (actual === undefined || actual === '>') return false;
    if (token !== '*' && token !== actual) return false;
  }
  return given.length === wanted.length;
}

/** Tells whether some subject is taken by both patterns. */
export function overlaps(one: string, other: string): boolean {
  const left = one.split('.');
  const right = other.split('.');
  for (let index = 0; ; index++) {
    const a = left[index];
    const b = right[index];
    if (a === undefined || b === undefined) return a === b;
    if (a === '>' || b === '>') return true;
    if (a !== '*' && b !== '*' && a !== b) return false;
  }
}
