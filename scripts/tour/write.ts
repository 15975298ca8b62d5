/** Writes scenes between the markers of a README. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './stage.ts';

const [OPEN, CLOSE] = ['<!-- tour -->', '<!-- /tour -->'];

export function writeBetween(readme: string, scenes: readonly string[]): void {
  const file = join(ROOT, readme);
  const text = readFileSync(file, 'utf8');
  const [start, end] = [text.indexOf(OPEN), text.indexOf(CLOSE)];
  if (start < 0 || end < start) throw new Error(`${readme} lacks the markers ${OPEN} … ${CLOSE}`);
  const block = `\n\n\`\`\`console\n${scenes.join('\n\n')}\n\`\`\`\n\n`;
  writeFileSync(file, text.slice(0, start + OPEN.length) + block + text.slice(end));
}
