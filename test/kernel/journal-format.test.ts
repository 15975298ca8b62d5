import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/kernel/journal.ts';
import { readEntries, writeEntries } from '../../src/kernel/journal-format.ts';

const AT = 1_795_259_476_406;

const start: JournalEntry = {
  r: 1,
  e: { type: 'step.start', at: AT, token: 'JWuBLxU3EvvJ_Nit' },
  t: 'running',
  a: 1,
  k: 'running',
};

const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'));
const type = fc.constantFrom(
  'task.submitted',
  'step.spawned',
  'step.start',
  'attempt.complete',
  'attempt.failed',
  'step.complete',
  'xstate.after.delay.task.pending',
  'of a later version',
);
const field = fc.constantFrom(
  'token',
  'output',
  'error',
  'dice',
  'step',
  'from',
  'dependents',
  'by',
  'reason',
);
const input = fc.record({ at: fc.constantFrom(AT, AT + 1), policy: json }, { requiredKeys: [] });
const event = fc
  .record({ type, fields: fc.dictionary(field, json), input: fc.option(input, { nil: undefined }) })
  .map((of) => ({
    type: of.type,
    at: AT,
    ...of.fields,
    ...(of.input === undefined ? {} : { input: of.input }),
  }));
const entry: fc.Arbitrary<JournalEntry> = fc
  .record(
    {
      r: fc.nat(1_000_000),
      e: event,
      t: fc.constantFrom('pending.queued', 'running', 'complete', 'of a later version'),
      a: fc.integer({ min: 1, max: 1_000 }),
      k: fc.constantFrom('running', 'complete', 'blocked'),
      x: fc.constant({ name: 'Error', message: 'timed out', code: null, retryable: true }),
      d: fc.nat(),
      s: fc.constant(1),
      w: fc.record({ until: fc.constant(AT), prompt: fc.constant('Ship?') }, { requiredKeys: [] }),
    },
    { requiredKeys: ['r', 'e', 't'] },
  )
  .map((of) => of as JournalEntry);

describe('the entries of a journal row', () => {
  it('are read as they were written, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        expect(readEntries(writeEntries(entries))).toEqual(JSON.parse(JSON.stringify(entries)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('take a third of what they are as objects', () => {
    expect(writeEntries([start])).toBe(`[${AT},[1,4,3,1,2,"JWuBLxU3EvvJ_Nit"]]`);
  });

  it('keep times of their own', () => {
    const later = { ...start, e: { ...start.e, at: AT + 1 } };
    expect(readEntries(writeEntries([start, later]))).toEqual([start, later]);
  });

  it('are refused where they name what only a later version knows', () => {
    expect(() => readEntries(`[${AT},[1,99,3,1,2,"token"]]`)).toThrow('which this version does not know');
  });
});
