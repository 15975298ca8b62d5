/** Whatever may be any JSON, wherever it comes in, nests 64 levels at most: to a call stack, depth is what size is to memory. */

import { describe, expect, it } from 'vitest';
import { start } from '../api/server.ts';

/** As text: what is nested so deeply cannot be written by JSON.stringify. */
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const BEYOND_THE_STACK = 100_000;

interface Answer {
  readonly code: string;
  readonly errors: readonly { readonly message: string }[];
}

type Say = (json: string) => Promise<Answer | null>;

/** Null when it is taken. */
async function overHttp(path: (id: string) => string, body: (json: string) => string): Promise<Say> {
  const { app, post } = await start();
  const queued = await post('/tasks', { name: 'nobody' });
  const { id } = (await queued.json()) as { id: string };
  return async (json) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.request(path(id), { method: 'POST', headers, body: body(json) });
    return answer.ok ? null : ((await answer.json()) as Answer);
  };
}

const say: Readonly<Record<string, () => Promise<Say>>> = {
  'a payload': () =>
    overHttp(
      () => '/tasks',
      (json) => `{"name":"echo","payload":${json}}`,
    ),
  'a payload in a batch': () =>
    overHttp(
      () => '/tasks/batch',
      (json) => `{"tasks":[{"name":"echo","payload":${json}}]}`,
    ),
  'an output given by hand': () =>
    overHttp(
      (id) => `/tasks/${id}/steps/nobody/complete`,
      (json) => `{"output":${json}}`,
    ),
  'the input schema of a workflow': () =>
    overHttp(
      () => '/workflows',
      (json) => `{"name":"W","input":{"default":${json.slice(5, -1)}},"steps":[{"name":"a"}]}`,
    ),
  'the body of an HTTP step': () =>
    overHttp(
      () => '/workflows',
      (json) =>
        `{"name":"W","steps":[{"name":"a","http":{"method":"POST","url":"https://a.example/","body":${json}}}]}`,
    ),
};

describe.each(Object.entries(say))('%s', (_, open) => {
  it('may nest 64 levels, and is refused by that name with one more, or with more than a stack takes', async () => {
    const ask = await open();
    for (const levels of [65, BEYOND_THE_STACK]) {
      const refused = await ask(nested(levels));
      expect(refused?.code).toMatch(/^INVALID_/);
      expect(refused?.errors.map(({ message }) => message).join()).toContain('at most 64 deep');
    }
    expect(await ask(nested(64))).toBeNull();
  });
});
