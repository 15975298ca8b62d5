/** The workflow that the documentation writes in several forms is one workflow. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadWorkflow } from '../../src/workflow/file.ts';
import type { FileFormat } from '../../src/workflow/file-format.ts';
import { ROOT } from '../build.ts';

const PAGE = readFileSync(join(ROOT, 'docs/workflow-files.md'), 'utf8');

/** The first block in that language. */
function block(fence: string, language: string): string {
  const [, text = ''] = new RegExp(`^${fence}${language}\\n(.*?)^${fence}$`, 'ms').exec(PAGE) ?? [];
  return text;
}

it('is the same in YAML and in Markdown, on the page that tells of both', () => {
  const load = (text: string, format: FileFormat) =>
    loadWorkflow(text, format, { environment: null, variables: {} });
  const yaml = load(block('```', 'yaml'), 'yaml');
  const markdown = load(block('````', 'markdown'), 'markdown');
  expect(yaml.steps).toHaveLength(4);
  expect({ ...markdown, version: '1.0.0' }).toEqual(yaml);
});
