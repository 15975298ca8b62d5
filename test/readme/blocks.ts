/** The code blocks of a Markdown file, by language. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build.ts';

export function blocksOf(file: string, language: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, kind, code = '']) =>
    kind === language ? [code] : [],
  );
}

/** The only block of the README in that language that has this in it. */
export function blockWith(language: string, part: string): string {
  const found = blocksOf('README.md', language).filter((block) => block.includes(part));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new Error(`${found.length} blocks of the README have "${part}" in them`);
}
