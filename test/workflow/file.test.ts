import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { loadWorkflow, parseWorkflowFile } from '../../src/workflow/file.ts';
import {
  ENDINGS_TEXT,
  FILE_FORMATS,
  FORMATS_TEXT,
  formatOf,
  formatOfMediaType,
  MEDIA_TYPES,
  mediaTypeOf,
} from '../../src/workflow/file-format.ts';

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

describe('the table of formats', () => {
  test('finds each by the type that it is told with', () => {
    for (const format of FILE_FORMATS) expect(formatOfMediaType(mediaTypeOf(format))).toBe(format);
    expect(MEDIA_TYPES.map(formatOfMediaType)).not.toContain(null);
    expect(formatOfMediaType('text/html')).toBeNull();
  });

  test('is told to people', () => {
    expect(FORMATS_TEXT).toBe('YAML (.yaml, .yml, .json) or Markdown (.md, .markdown)');
    expect(ENDINGS_TEXT).toBe('.yaml, .yml, .json, .md or .markdown');
  });
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
