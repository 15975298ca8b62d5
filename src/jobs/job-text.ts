/** Jobs as JSON. A large value in them is written out once, however many jobs it goes with. */

import type { Job } from '../worker/job.ts';
import { isLarge } from '../worker/own.ts';

const texts = new WeakMap<object, string>();

/** With `more` beside the fields of the job. */
export function jobText(job: Job, more: Readonly<Record<string, unknown>> = {}): string {
  const { payload, dependencies, ...rest } = job;
  const outputs = Object.entries(dependencies).map(([step, output]) => member(step, textOf(output)));
  const members = [member('payload', textOf(payload)), member('dependencies', `{${outputs.join(',')}}`)];
  return `${JSON.stringify({ ...rest, ...more }).slice(0, -1)},${members.join(',')}}`;
}

/** The JSON of a value that nobody changes; the same text again for the same large object. */
export function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !isLarge(value)) return JSON.stringify(value);
  const known = texts.get(value) ?? JSON.stringify(value);
  texts.set(value, known);
  return known;
}

const member = (key: string, text: string): string => `${JSON.stringify(key)}:${text}`;
