/** Reads the input of `troupe run` in each form, and tells its faults by line. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/cli/failure.ts';
import { inputsOf } from '../../src/cli/run/inputs.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { step, temporaryFolder, workflow } from '../support.ts';

const anything = compileWorkflow(workflow('w', [step('a')]));
const withId = compileWorkflow({
  ...workflow('w', [step('a')]),
  input: {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, currency: { default: 'EUR' } },
  },
});

const payloads = (argument: string | undefined, of = anything): unknown[] =>
  inputsOf(argument, of).map(({ payload }) => payload);

function problems(argument: string, of = anything): readonly string[] {
  try {
    inputsOf(argument, of);
  } catch (error) {
    if (error instanceof Failure && error.exitCode === 2) return error.notes;
    throw error;
  }
  throw new Error('it was taken');
}

function fileOf(name: string, text: string): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return `@${file}`;
}

describe('an input that JSON would change', () => {
  it.each([
    ['{"id":9007199254740993}', ['  /id 9007199254740993 is no number']],
    ['[{"id":"a"},{"n":1e400}]', ['  /1/n 1e400 is no number']],
    ['{"id":"a","id":"b"}', ['  /id the key "id" is given twice']],
    ['{"id":"a"}\n{"x":0.12345678901234567890}\n', ['  line 2: /x 0.1234567890123456789']],
  ])('is refused, with where: %s', (argument, expected) => {
    expect(problems(argument)).toEqual(expected.map((start) => expect.stringContaining(start)));
  });

  it('in a file of lines is told by line', () => {
    const file = fileOf('a.jsonl', '{"id":"a"}\n{"id":"b","id":"c"}\n{"n":12345678901234567890}\n');
    expect(problems(file)).toEqual([
      expect.stringContaining('line 2: /id the key "id" is given twice'),
      expect.stringContaining('line 3: /n 12345678901234567890 is no number'),
    ]);
  });
});

describe('payloads', () => {
  it.each([
    ['nothing', undefined, [{}]],
    ['an object', '{"id":"a"}', [{ id: 'a' }]],
    ['an array', '[{"id":"a"},{"id":"b"}]', [{ id: 'a' }, { id: 'b' }]],
    ['lines', '{"id":"a"}\n{"id":"b"}\n', [{ id: 'a' }, { id: 'b' }]],
  ])('come from %s', (_form, argument, expected) => {
    expect(payloads(argument)).toEqual(expected);
  });

  it('come from a file of lines, whatever ends them, in order', () => {
    const argument = fileOf('in.jsonl', '\uFEFF{"id":"a"}\r\n\r\n{"id":"b"}');
    expect(payloads(argument)).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('come from a file of one object over several lines', () => {
    expect(payloads(fileOf('in.json', '{\n  "id": "a"\n}\n'))).toEqual([{ id: 'a' }]);
  });

  it('have the defaults of the input schema filled in', () => {
    expect(payloads('{"id":"a"}', withId)).toEqual([{ id: 'a', currency: 'EUR' }]);
  });
});

describe('what is wrong', () => {
  it('is told of every line at once', () => {
    const argument = fileOf('in.jsonl', '{"id":"a"}\n\n{"id":\n[1]\n{"id":7}\n{}\n');
    expect(problems(argument, withId)).toEqual([
      expect.stringMatching(/line 3: it is not JSON/),
      expect.stringMatching(/line 4: \/payload must be a JSON object/),
      expect.stringMatching(/line 5: \/payload\/id must be string/),
      expect.stringMatching(/line 6: \/payload must have required property 'id'/),
    ]);
  });

  it('is told of the first twenty when it is everything', () => {
    const told = problems(fileOf('in.jsonl', '{\n'.repeat(1_000)));
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toContain('and 980 more');
  });

  it('in one object over several lines is one problem', () => {
    expect(problems(fileOf('in.json', '{\n  "id": a\n}\n'))).toHaveLength(1);
  });

  it('may be that there is nothing', () => {
    expect(() => inputsOf(fileOf('in.jsonl', '\n'), anything)).toThrow(/no payload/);
  });

  it('may be a payload beyond the limit', () => {
    const [problem] = problems(JSON.stringify({ text: 'x'.repeat(300_000) }));
    expect(problem).toContain('/payload');
  });
});
