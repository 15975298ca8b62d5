/** A file is warned of what it may say and hardly means, at its place. */

import { expect, it } from 'vitest';
import { parseWorkflowFile } from '../../src/workflow/file.ts';

const OPTIONS = { environment: null, variables: {} };

const MESSAGE =
  'a ends after 10s in all, so that no attempt of it can take its timeout of 90s: give it a longer within, or a shorter timeout';

it.each([
  ['yaml', 'name: W\nsteps:\n  - name: a\n    timeout: 90s\n    within: 10s\n', { line: 5, column: 13 }],
  ['yaml', 'name: W\nstep_templates:\n  - { name: a, timeout: 90, within: 10 }\n', { line: 3, column: 37 }],
  ['markdown', '# W\n\n## a !\n\n```step\ntimeout: 90s\nwithin: 10s\n```\n', { line: 7, column: 9 }],
] as const)('in %s of a step whose attempts may take longer than all of it', (format, text, place) => {
  const { definition, warnings } = parseWorkflowFile(text, format, OPTIONS);
  expect(definition).not.toBeNull();
  expect(warnings).toEqual([{ ...place, message: MESSAGE }]);
});

it.each(['within: 10s', 'timeout: 10s, within: 10s', 'timeout: 90s'])('not of %s', (keys) => {
  const { warnings } = parseWorkflowFile(`name: W\nsteps: [{ name: a, ${keys} }]\n`, 'yaml', OPTIONS);
  expect(warnings).toEqual([]);
});
