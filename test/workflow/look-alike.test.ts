/** A runbook in which the same name stands in two Unicode forms. */

import { expect, test } from 'vitest';
import { parseWorkflowFile } from '../../src/workflow/file.ts';

test('a name is the same in both Unicode forms: of a step, of what flows, in a branch', () => {
  const text = [
    '# W\n\n## Caf\u00e9\norder → re\u0301sultat\n',
    '## Ask\nr\u00e9sultat → answer\n- If r\u00e9sultat → proceed to Cafe\u0301 Two\n',
    '## Caf\u00e9 Two\nanswer → end\n',
  ].join('\n');
  const { definition, faults } = parseWorkflowFile(text, 'markdown', { environment: null, variables: null });
  expect(faults).toEqual([]);
  expect(definition?.steps.map(({ dependsOn }) => dependsOn)).toEqual([
    [],
    ['Caf\u00e9'],
    ['Ask', 'Caf\u00e9'],
  ]);
});
