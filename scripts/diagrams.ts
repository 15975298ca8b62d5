/**
 * `npm run diagrams`: draws the statecharts of the machines into the README, between markers. With `--check` it
 * writes nothing and exits 1 if what stands there is not what the code says.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineDiagram, machineNames } from '../src/diagrams/machines.ts';

const README = fileURLToPath(new URL('../README.md', import.meta.url));

/** The text with each statechart drawn anew; throws if the markers of one are missing. */
export function drawn(readme: string): string {
  return machineNames.reduce((text, name) => {
    const [open, close] = [`<!-- statechart:${name} -->`, `<!-- /statechart:${name} -->`];
    const [start, end] = [text.indexOf(open), text.indexOf(close)];
    if (start < 0 || end < start) throw new Error(`README.md lacks the markers ${open} … ${close}`);
    const chart = `\n\n\`\`\`mermaid\n${machineDiagram(name, 'mermaid')}\`\`\`\n\n`;
    return text.slice(0, start + open.length) + chart + text.slice(end);
  }, readme);
}

function run(checksOnly: boolean): void {
  const before = readFileSync(README, 'utf8');
  const after = drawn(before);
  if (after === before) return;
  if (checksOnly) throw new Error('README.md shows other statecharts than the code: run npm run diagrams');
  writeFileSync(README, after);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    run(process.argv.includes('--check'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
