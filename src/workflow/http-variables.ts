/**
 * `${ENV:NAME}` in an HTTP call. The definition keeps the reference, and only the request gets the value: what is
 * stored, shown, exported and hashed holds no secret, and a secret that is changed is good from the next start on.
 */

import type { HttpCall } from './definition.ts';
import { fillIn, type Variables } from './json/variables.ts';

export interface FilledCall {
  readonly call: HttpCall;
  /** Variables that are not there, told by their references. */
  readonly missing: readonly string[];
}

/** A value stays what it is: what looks like a reference in it is none. */
export function fillVariables(call: HttpCall, variables: Variables): FilledCall {
  const missing: string[] = [];
  const mapped = mapTexts(call, (text) => {
    const { value, faults } = fillIn(text, { isPlain: false, variables: escaped(text, variables) });
    missing.push(...faults.map(({ message }) => message));
    return String(value);
  });
  return { call: mapped, missing };
}

/** As it is checked, wherever it is: with something plausible for each value. */
export function withoutVariables(call: HttpCall): HttpCall {
  const stand = (text: string) => text.replace(REFERENCES, 'x');
  const url = call.url.replace(/^\$\{ENV:[A-Za-z_]\w*\}/, 'http://env.invalid');
  return mapTexts({ ...call, url }, stand);
}

const REFERENCES = /(?<!\$)\$\{ENV:([A-Za-z_]\w*)\}/g;

function escaped(text: string, variables: Variables): Variables {
  const named = [...text.matchAll(REFERENCES)].flatMap(([, name = '']) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return value === undefined ? [] : [[name, value.replaceAll('${', () => '$${')] as const];
  });
  return Object.fromEntries(named);
}

function mapTexts(call: HttpCall, map: (text: string) => string): HttpCall {
  const headers = Object.entries(call.headers).map(([name, text]) => [name, map(text)] as const);
  return {
    method: call.method,
    url: map(call.url),
    headers: Object.fromEntries(headers),
    body: mapJson(call.body, map),
  };
}

function mapJson(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((member) => mapJson(member, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapJson(member, map)]));
}
