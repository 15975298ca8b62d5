/** Handlers are found by names that look alike, whether é is one character or two; options are what they seem. */

import { describe, expect, it } from 'vitest';
import type { TroupeOptions } from '../../src/troupe.ts';
import { handlers, request, startTroupe, step, taskFact, workflow } from '../support.ts';

const NFC = 'caf\u00e9';
const NFD = 'cafe\u0301';

describe('a handler', () => {
  it.each([
    [NFC, NFD],
    [NFD, NFC],
  ])('called %j does the task and the step called %j', async (served, asked) => {
    const made = workflow('w', [step('a', [], { handler: asked })]);
    const troupe = await startTroupe({ handlers: handlers({ [served]: () => 7 }), workflows: [made] });
    for (const name of [asked, 'w']) {
      const { taskId } = await troupe.submit(request(name));
      await taskFact(troupe, taskId, 'complete');
    }
  });

  it.each(['.', '..', '%2e%2E'])('cannot be called %s', async (name) => {
    await expect(startTroupe({ handlers: handlers({ [name]: () => 1 }) })).rejects.toMatchObject({
      code: 'INVALID_HANDLERS',
    });
  });
});

describe('a step of a definition that a program registers', () => {
  it('may name what it depends on in the other form, and gets its output', async () => {
    const made = workflow('w', [step(NFC), step('b', [NFD])]);
    const seen: unknown[] = [];
    const own = handlers({ [NFC]: () => 7, b: ({ dependencies }) => void seen.push(dependencies) });
    const troupe = await startTroupe({ handlers: own, workflows: [made] });
    const { taskId } = await troupe.submit(request('w'));
    await taskFact(troupe, taskId, 'complete');
    expect(seen).toEqual([{ [NFC]: 7 }]);
  });

  it('cannot be called as another one in the other form', async () => {
    const made = workflow('w', [step(NFC), step(NFD)]);
    await expect(startTroupe({ workflows: [made] })).rejects.toMatchObject({ code: 'INVALID_WORKFLOW' });
  });
});

describe('an option of a Troupe', () => {
  it.each([
    [{ concurrency: Number.NaN }],
    [{ concurrency: '7' }],
    [{ concurrency: 0 }],
    [{ tenantConcurrency: 1.5 }],
    [{ maxBacklogPerTenant: -1 }],
    [{ ratePerTenant: '50' }],
    [{ heartbeatTimeoutMs: Number.NaN }],
    [{ retentionMs: '30d' }],
    [{ handlers: [{ name: 'a', run: () => 1, concurrency: Number.NaN }] }],
  ])('that is no number of its kind is refused: %j', async (options) => {
    await expect(startTroupe(options as unknown as Partial<TroupeOptions>)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
    });
  });
});
