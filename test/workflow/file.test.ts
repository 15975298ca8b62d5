import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { formatOf, loadWorkflow, parseWorkflowFile } from '../../src/workflow/file.ts';

const NOTHING = { environment: null, variables: {} };

describe('the format of a workflow file', () => {
  test.each([
    ['orders.yaml', 'yaml'],
    ['a/b.c/orders.YML', 'yaml'],
    ['orders.json', 'yaml'],
    ['orders.md', 'markdown'],
    ['/x/orders.v2.markdown', 'markdown'],
    ['orders.toml', null],
    ['yaml', null],
    ['orders.md/x', null],
  ])('of %s is %s', (path, format) => expect(formatOf(path)).toBe(format));
});

test.each([
  ['yaml', 'name: Orders\nsteps: [{ name: Check }]\n'],
  ['markdown', '# Orders\n\n## Check @agent\n'],
] as const)('%s is read to a definition', (format, text) => {
  const definition = loadWorkflow(text, format, NOTHING);
  expect(definition).toMatchObject({ name: 'Orders', version: '0.1.0', steps: [{ name: 'Check' }] });
  expect(parseWorkflowFile(text, format, NOTHING)).toMatchObject({ definition, faults: [] });
});

test.each(['yaml', 'markdown'] as const)('%s of 16 MiB is not looked at', (format) => {
  const { definition, faults } = parseWorkflowFile('# x\n'.repeat(4_194_304), format, NOTHING);
  expect(definition).toBeNull();
  expect(faults).toEqual([{ line: 1, column: 1, message: expect.stringContaining('16777216 bytes') }]);
});

test('what is wrong with a file is refused at once, each fault with its place', () => {
  try {
    loadWorkflow('name: w\nsteps:\n  - nme: a\n', 'yaml', NOTHING);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('INVALID_WORKFLOW');
    expect(error.message).toContain('2 problems, first at 3:5');
    expect(error.faults).toEqual([
      { pointer: '3:5', line: 3, column: 5, message: 'name is required' },
      { pointer: '3:5', line: 3, column: 5, message: 'unknown field "nme"; did you mean "name"?' },
    ]);
  }
});
