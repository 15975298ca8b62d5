/** A body as it arrived, whichever way, to JSON: within bounds, as strict UTF-8, kept to the digit, each no in the same words. */

import { Refusal, reasonOf } from '../errors.ts';
import { LIMITS } from './definition.ts';
import { parseJson, parseOwnJson } from './strict-json.ts';

const KEPT_ELSEWHERE =
  'Keep large data elsewhere and send where it is to be found, or send what is sent together in several requests.';

/** Refuses with BODY_TOO_LARGE, NOT_UTF8, NOT_JSON, INEXACT_NUMBER and DUPLICATE_KEY. */
export const jsonOf = (data: Uint8Array): unknown => jsonOfText(boundedText(data));

/** The same of what programs of ours write, orchestrators and workers. */
export const ownJsonOf = (data: Uint8Array): unknown => readText(boundedText(data), parseOwnJson);

function boundedText(data: Uint8Array): string {
  if (data.byteLength > LIMITS.bodyBytes) throw tooLarge(LIMITS.bodyBytes);
  return textOf(data);
}

/** Refuses with NOT_JSON, INEXACT_NUMBER and DUPLICATE_KEY. */
export const jsonOfText = (text: string): unknown => readText(text, parseJson);

function readText(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof Refusal ? error : notJson(text);
  }
}

/** Refuses with NOT_UTF8. */
export function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    const message = 'The body is not UTF-8, which JSON is always written in.';
    throw new Refusal('NOT_UTF8', message);
  }
}

/** `instead`: what else to do. */
export function tooLarge(maxBytes: number, instead = KEPT_ELSEWHERE): Refusal {
  return new Refusal(
    'BODY_TOO_LARGE',
    `The body is larger than ${maxBytes} bytes, the most that is taken here. ${instead}`,
  );
}

export function notJson(text: string): Refusal {
  return new Refusal('NOT_JSON', `The body is not JSON: ${complaint(text)}`);
}

function complaint(text: string): string {
  if (text.trim() === '') return 'it is empty.';
  try {
    JSON.parse(text);
    return 'it cannot be read.';
  } catch (error) {
    return reasonOf(error);
  }
}
