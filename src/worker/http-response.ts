/** The answer of a server that refused, as the attempt keeps it, and what it says to people. */

import type { ErrorResponse } from '../../machines/step-model.ts';
import { type AnswerHeaders, headerOf, readUpTo } from '../outbound/answer.ts';
import { isJsonType } from '../workflow/http-template.ts';
import { OUTCOME_LIMITS } from './outcome-limits.ts';

export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: AsyncIterable<Buffer>;
}

/** Headers that help to find out why, and hold no secret: cookies and the like are left out. */
const KEPT_HEADERS: ReadonlySet<string> = new Set([
  'allow',
  'cf-ray',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'date',
  'deprecation',
  'location',
  'ratelimit',
  'ratelimit-limit',
  'ratelimit-policy',
  'ratelimit-remaining',
  'ratelimit-reset',
  'request-id',
  'retry-after',
  'server',
  'sunset',
  'traceparent',
  'via',
  'www-authenticate',
  'x-amzn-errortype',
  'x-amzn-requestid',
  'x-correlation-id',
  'x-error-code',
  'x-github-request-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-request-id',
  'x-trace-id',
]);

export async function readResponse({ status, headers, body }: Answer): Promise<ErrorResponse> {
  const { bytes, isCut } = await readUpTo(OUTCOME_LIMITS.responseBodyBytes, body);
  const kept = Object.entries(headers).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : value;
    return text !== undefined && KEPT_HEADERS.has(name) ? [[name, text] as const] : [];
  });
  return {
    status,
    headers: Object.fromEntries(kept),
    body: bytes.length === 0 ? null : bodyOf(headers, bytes, isCut),
    ...(isCut ? { truncated: true } : {}),
  };
}

function bodyOf(headers: AnswerHeaders, bytes: Buffer, isCut: boolean): unknown {
  const type = headerOf(headers, 'content-type') ?? '';
  const encoding = headerOf(headers, 'content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') return `[${bytes.length} bytes, encoded as ${encoding}]`;
  if (bytes.includes(0)) return `[${bytes.length} bytes of ${type === '' ? 'no text' : type}]`;
  const text = decoded(type, bytes, isCut);
  const isJson = isJsonType(type) || /^\s*[[{]/.test(text);
  return isJson && !isCut ? (parsed(text) ?? text) : text;
}

/** undefined for what is no JSON, or has numbers that JavaScript would change. */
function parsed(text: string): unknown {
  if (/\d{16}/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'))) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Decodes a body; a text that is cut loses half a character at its end. */
export function decoded(type: string, bytes: Buffer, isCut = false): string {
  const [, charset] = /;\s*charset="?([^\s;"]+)/i.exec(type) ?? [];
  try {
    return new TextDecoder(charset).decode(bytes, { stream: isCut });
  } catch {
    // A charset nobody knows: most texts are UTF-8.
    return new TextDecoder().decode(bytes, { stream: isCut });
  }
}

/** Where providers put what they have to say to people, the most usual first. */
const SPOKEN = [
  'error',
  'message',
  'detail',
  'error_description',
  'error_message',
  'description',
  'title',
  'reason',
  'errors',
];

/** How deep an error stands in what wraps it. */
const MAX_WRAPS = 4;

/** Returns a JSON body's own words, with its code: `Your card has insufficient funds (card_declined)`; null: none. */
export function spokenBy(body: unknown, wraps = MAX_WRAPS): string | null {
  if (wraps === 0 || typeof body !== 'object' || body === null) return null;
  if (Array.isArray(body)) return typeof body[0] === 'string' ? body[0] : spokenBy(body[0], wraps - 1);
  const fields = body as Readonly<Record<string, unknown>>;
  for (const name of SPOKEN) {
    const value = fields[name];
    // In OAuth, and elsewhere, `error` is a code, and the words stand beside it.
    if (typeof value === 'string' && value.trim() !== '' && !(name === 'error' && hasWords(fields)))
      return withCode(value, fields);
    const inner = spokenBy(value, wraps - 1);
    if (inner !== null) return inner;
  }
  return null;
}

const hasWords = (fields: Readonly<Record<string, unknown>>): boolean =>
  ['message', 'error_description', 'detail', 'description'].some((name) => typeof fields[name] === 'string');

function withCode(words: string, fields: Readonly<Record<string, unknown>>): string {
  const code = [fields['code'], fields['error'], fields['type']].find(
    (value) => typeof value === 'string' && value !== '' && value.length <= 100,
  );
  return code === undefined || code === words ? words : `${words} (${code})`;
}
