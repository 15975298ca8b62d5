/**
 * Checks a step that is one HTTP call when its workflow is loaded: whatever the values will be, they can only ever
 * stand in the path, the query, a header or the body of a request to the host that is written down.
 */

import { parseTarget } from '../outbound/target.ts';
import type { HttpCall } from './definition.ts';
import { type PlacedText, parseTemplate, slotsOf, textsOf } from './template.ts';

/** The fault, and its place in the call: `['headers', 'X-Shop']`. */
export interface TemplateFault {
  readonly path: readonly string[];
  readonly message: string;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** RFC 9110 §5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** These follow from the URL, the body and the connection; given by hand they could only contradict them. */
const OWN_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Up to the path or the query: what decides where the request goes. */
const TARGET = /^https?:\/\/[^/?#\\]+[/?]/i;

/** Which steps there are is not its business: see `references.ts`. */
export function templateFaults(call: HttpCall): TemplateFault[] {
  const unread = textsIn(call).flatMap(({ path, text }) =>
    parseTemplate(text).faults.map((message) => ({ path, message })),
  );
  return [
    ...methodFaults(call),
    ...unread,
    ...urlFaults(call.url),
    ...headerFaults(call.headers),
    ...bodyFaults(call),
  ];
}

/** Every text of the call that may have references in it. */
export const textsIn = ({ url, headers, body }: HttpCall): PlacedText[] => [
  { path: ['url'], text: url },
  ...Object.entries(headers).map(([name, text]) => ({ path: ['headers', name], text })),
  ...textsOf(['body'], body),
];

function methodFaults({ method, body }: HttpCall): TemplateFault[] {
  const spelled = method.toUpperCase();
  if (!METHODS.includes(spelled)) {
    return [{ path: ['method'], message: `unknown method "${method}"; use one of ${METHODS.join(', ')}` }];
  }
  if (body === null || (spelled !== 'GET' && spelled !== 'HEAD')) return [];
  return [{ path: ['body'], message: `a ${spelled} request has no body; use query parameters, or POST` }];
}

export function urlFaults(url: string): TemplateFault[] {
  const { parts } = parseTemplate(url);
  const probe = parts.map((part) => (typeof part === 'string' ? part : 'x')).join('');
  const [start = ''] = parts;
  const fault = (message: string): TemplateFault[] => [{ path: ['url'], message }];
  if (typeof start !== 'string' || (parts.length > 1 && !TARGET.test(start))) {
    return fault('references may stand in the path and the query only: write scheme, host and port out');
  }
  const target = parseTarget(probe);
  if (typeof target === 'string') return fault(target);
  if (/[\s\p{Cc}\\]/u.test(probe)) return fault('has a space, a control character or a backslash; encode it');
  if (probe.includes('#')) return fault('has a fragment (#…), which is never sent; leave it out');
  return hasDotSegment(probe) ? fault('has a path segment "." or ".."; write the path it leads to') : [];
}

/** Also in the spellings that the URL standard takes for dots. */
export function hasDotSegment(url: string): boolean {
  const [path = ''] = url.split('?');
  return path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
}

function headerFaults(headers: HttpCall['headers']): TemplateFault[] {
  const seen = new Set<string>();
  return Object.entries(headers).flatMap(([name, text]) => {
    const messages: string[] = [];
    const lower = name.toLowerCase();
    const { parts } = parseTemplate(text);
    if (!HEADER_NAME.test(name)) messages.push(`"${name}" is no header name`);
    if (OWN_HEADERS.has(lower)) messages.push(`${name} is set by Troupe; leave it out`);
    if (seen.has(lower)) messages.push(`${name} is given twice`);
    if (parts.some((part) => typeof part === 'string' && !isHeaderText(part))) {
      messages.push('a header holds visible ASCII characters and spaces only');
    }
    if (lower === 'content-type' && slotsOf(parts).length > 0) {
      messages.push('must be written out, since values in the body are encoded for it');
    }
    seen.add(lower);
    return messages.map((message) => ({ path: ['headers', name], message }));
  });
}

export const isHeaderText = (text: string): boolean => /^[\t\x20-\x7e]*$/.test(text);

export const isJsonType = (contentType: string): boolean => /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType);

export function contentTypeOf({ headers }: HttpCall): string | null {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null;
}

export const isFormType = (contentType: string): boolean =>
  /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType);

function bodyFaults(call: HttpCall): TemplateFault[] {
  const type = contentTypeOf(call);
  if (call.body === null || type === null) return [];
  const fault = (message: string): TemplateFault[] => [{ path: ['body'], message }];
  if (typeof call.body !== 'string') {
    if (isJsonType(type) || isFormType(type)) return [];
    return fault(`a mapping or list is sent as JSON or as a form, not as ${type}; write a text`);
  }
  const { parts } = parseTemplate(call.body);
  if (!isJsonType(type) || parts.length === 1 || slotsOf(parts).length === 0) return [];
  // Within a text nothing could tell whether a value stands in a string or is one.
  return fault('write JSON that takes values as a mapping, not as a text; then they keep their types');
}
