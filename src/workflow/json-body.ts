/** A body as it arrived, whichever way, to JSON: within bounds, as strict UTF-8, each no in the same words. */

import { Refusal } from '../errors.ts';
import { LIMITS } from './definition.ts';

/** Refuses with BODY_TOO_LARGE, NOT_UTF8 and NOT_JSON. */
export function jsonOf(data: Uint8Array): unknown {
  if (data.byteLength > LIMITS.bodyBytes) throw tooLarge(LIMITS.bodyBytes);
  const text = textOf(data);
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(text);
  }
}

/** Refuses with NOT_UTF8. */
export function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    const message = 'The body is not UTF-8, which JSON is always written in.';
    throw new Refusal('malformed', 'NOT_UTF8', message);
  }
}

export function tooLarge(maxBytes: number): Refusal {
  return new Refusal(
    'too_large',
    'BODY_TOO_LARGE',
    `The body is larger than ${maxBytes} bytes, the most that is taken.`,
  );
}

export function notJson(text: string): Refusal {
  return new Refusal('malformed', 'NOT_JSON', `The body is not JSON: ${complaint(text)}`);
}

function complaint(text: string): string {
  if (text.trim() === '') return 'it is empty.';
  try {
    JSON.parse(text);
    return 'it cannot be read.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
