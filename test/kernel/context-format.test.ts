import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContext, writeContext } from '../../src/kernel/context-format.ts';

const running = { policy: {}, attempt: 1, base: 0, token: 'JWuBLxU3EvvJ_Nit', startedAt: 10, attemptAt: 20 };

describe('the context of an actor in its row', () => {
  it('is a list for a step that runs or is complete', () => {
    expect(writeContext(running)).toBe('[0,{},1,0,"JWuBLxU3EvvJ_Nit",10,20]');
    expect(writeContext({ ...running, output: null, finishedAt: 30 })).toBe(
      '[1,{},1,0,"JWuBLxU3EvvJ_Nit",10,20,30,null]',
    );
  });

  it('is an object as soon as it says anything else', () => {
    expect(writeContext({ ...running, remote: true })).toBe(JSON.stringify({ ...running, remote: true }));
    expect(writeContext({ ...running, remote: undefined })).toBe(writeContext(running));
  });

  it('is read as it was written, whatever it holds', () => {
    const field = fc.constantFrom(...Object.keys(running), 'output', 'finishedAt', 'error', 'startAt');
    const value = fc.option(fc.jsonValue(), { nil: undefined });
    fc.assert(
      fc.property(fc.dictionary(field, value), fc.boolean(), (fields, isStep) => {
        const context = isStep ? { ...running, ...fields } : fields;
        expect(readContext(writeContext(context))).toEqual(JSON.parse(JSON.stringify(context)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused when only a later version can read it', () => {
    expect(() => readContext('[9,{}]')).toThrow('which this version does not know');
    expect(() => readContext('[0,{}]')).toThrow('which this version does not know');
  });
});
