/** Describes answers, and missing answers, for both kinds of outgoing call: webhooks and HTTP steps. */

import type { FailureCode } from '../../machines/failure-codes.ts';
import { httpDate, httpDateMs } from './http-date.ts';

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Longer than any HTTP date; a header beyond it is not one to keep. */
const MAX_RETRY_AFTER_CHARACTERS = 64;

/** `name` in lower case. */
export function headerOf(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** `Retry-After` by RFC 9110 §10.2.3, to be read by whoever knows the time; what is neither of its forms is none. */
export function retryAfterOf(headers: AnswerHeaders): { readonly retryAfter?: string } {
  const retryAfter = headerOf(headers, 'retry-after');
  if (retryAfter === undefined || retryAfter.length > MAX_RETRY_AFTER_CHARACTERS) return {};
  if (/^\d+$/.test(retryAfter)) return { retryAfter };
  const atMs = httpDateMs(retryAfter, Date.now());
  return atMs === null ? {} : { retryAfter: httpDate(atMs) };
}

/** Returns what follows "answered 422" for a reader: where a redirect led, or how the body begins. */
export function explain(status: number, headers: AnswerHeaders, excerpt: string): string {
  if (status < 300 || status >= 400) return excerpt && `: ${plain(excerpt)}`;
  const location = plain(headerOf(headers, 'location') ?? '');
  return `${location && ` and ${location}`}; redirects are not followed, use the final URL`;
}

const CONNECTION_FAILED: FailureCode = 'CONNECTION_FAILED';

/** Why no answer came: the code is the cause's own, such as ECONNREFUSED. */
export function causeOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: CONNECTION_FAILED, message: plain(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : CONNECTION_FAILED;
  // When several addresses were tried, the error has their common code and no message.
  return { code, message: plain(error.message) || code };
}

/** A stranger's text on one line: no control or direction characters that would garble a log or a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** The bytes that arrived of a body: all, or those before it reached the bound or broke off. */
export interface Arrived {
  readonly bytes: Buffer;
  readonly isCut: boolean;
  readonly brokenOffBy: unknown;
}

/** Never throws; leaving the loop early closes the connection. */
export async function readUpTo(maxBytes: number, body: AsyncIterable<Buffer>): Promise<Arrived> {
  const chunks: Buffer[] = [];
  let length = 0;
  let brokenOffBy: unknown = null;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) break;
    }
  } catch (error) {
    brokenOffBy = error;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isCut: length > maxBytes, brokenOffBy };
}

/** How a body begins, for people to read: the status is the answer, so one that breaks off does not change it. */
export async function readExcerpt(maxBytes: number, body: AsyncIterable<Buffer>): Promise<string> {
  const { bytes } = await readUpTo(maxBytes, body);
  // As a stream, so that a character cut in two at the bound is left out.
  return new TextDecoder().decode(bytes, { stream: true });
}
