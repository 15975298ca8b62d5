/**
 * Makes the request of an HTTP step: every reference replaced by its value, encoded for the place it stands in, so
 * that no value can become more than a part of a path, a query, a header or a text.
 */

import type { HttpCall } from './definition.ts';
import { isJsonObject } from './fields.ts';
import { asIs, type Encode, type FillFault, Filling } from './filling.ts';
import { contentTypeOf, hasDotSegment, isFormType, isHeaderText, isJsonType } from './http-template.ts';
import { parseTemplate, type Scope, soleSlot } from './template.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The request, or everything that is wrong with the values. The call itself has been checked at load. */
export function fillCall(
  call: HttpCall,
  scope: Scope,
): { readonly request: HttpRequest } | { readonly faults: readonly FillFault[] } {
  const filling = new Filling(scope);
  const headers = Object.entries(call.headers).map(
    ([name, text]) => [name, filling.text(`header ${name}`, text, asHeader)] as const,
  );
  const body = call.body === null ? null : fillBody(call, filling);
  if (body !== null && contentTypeOf(call) === null) headers.push(['content-type', body.type]);
  const request = {
    method: call.method.toUpperCase(),
    url: fillUrl(call.url, filling),
    headers: Object.fromEntries(headers),
    body: body?.text ?? null,
  };
  return filling.faults.length === 0 ? { request } : { faults: filling.faults };
}

function fillUrl(template: string, filling: Filling): string {
  let encode = asSegment;
  const url = parseTemplate(template).parts.map((part) => {
    if (typeof part !== 'string') return filling.put('url', part, encode);
    if (part.includes('?')) encode = asQuery;
    return part;
  });
  // A server, or the URL parser before it, would climb up by these whatever their spelling.
  const filled = url.join('');
  if (hasDotSegment(filled)) filling.invalid('url: the values make a path segment "." or ".."');
  return filled;
}

function fillBody(call: HttpCall, filling: Filling): { text: string; type: string } {
  const given = contentTypeOf(call) ?? '';
  const isText = typeof call.body === 'string';
  const filled = filling.json('body', call.body, isText ? encodingOf(given) : asIs);
  const isValue = !isText || soleSlot(call.body) !== null;
  if (typeof filled === 'string' && !(isValue && isJsonType(given))) {
    return { text: filled, type: 'text/plain; charset=utf-8' };
  }
  if (isFormType(given)) return { text: formOf(filled, filling), type: given };
  return { text: JSON.stringify(filled), type: 'application/json' };
}

function formOf(fields: unknown, filling: Filling): string {
  const form = new URLSearchParams();
  for (const [name, value] of isJsonObject(fields) ? Object.entries(fields) : []) {
    if (typeof value === 'object')
      filling.invalid(`body: the form field ${name} must be a text, number or boolean`);
    else form.append(name, String(value));
  }
  if (!isJsonObject(fields)) filling.invalid('body: a form is made of a mapping of fields');
  return form.toString();
}

/** How values are written in a body that is a text. */
function encodingOf(contentType: string): Encode {
  if (isFormType(contentType)) return asQuery;
  if (/^[^;]*[/+](?:xml|html)\s*(?:;|$)/i.test(contentType)) return asMarkup;
  return asIs;
}

const NOT_PLAIN = { unfit: 'is an object or a list; only a text, a number or true/false can stand there' };

const asQuery: Encode = (text, isPlain) => {
  if (!isPlain) return NOT_PLAIN;
  // Half a surrogate pair cannot be written as UTF-8.
  return /\p{Cs}/u.test(text) ? { unfit: 'is not valid Unicode' } : encodeURIComponent(text);
};

const asSegment: Encode = (text, isPlain) =>
  text === '' ? { unfit: 'is empty, and would leave out a part of the path' } : asQuery(text, isPlain);

const asHeader: Encode = (text, isPlain) => {
  if (!isPlain) return NOT_PLAIN;
  return isHeaderText(text)
    ? text
    : { unfit: 'has characters that a header cannot hold (visible ASCII only)' };
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const asMarkup: Encode = (text) => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
