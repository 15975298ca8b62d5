import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawn } from '../../scripts/diagrams.ts';
import { machineDiagram, machineNames } from '../../src/diagrams/machines.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('shows the statecharts that run (npm run diagrams draws them)', () => {
    for (const name of machineNames)
      expect(readme).toContain(`\`\`\`mermaid\n${machineDiagram(name, 'mermaid')}\`\`\``);
    expect(drawn(readme)).toBe(readme);
  });
});

describe('drawing the statecharts', () => {
  it('puts them between their markers, whatever stood there, and leaves the rest alone', () => {
    const empty = readme.replace(/(<!-- statechart:\w+ -->).*?(<!-- \/statechart)/gs, '$1 old $2');
    expect(empty).not.toContain('stateDiagram');
    expect(drawn(empty)).toBe(readme);
  });

  it.each(machineNames)('refuses a text without the markers of the %s', (name) => {
    expect(() => drawn(readme.replace(`<!-- statechart:${name} -->`, ''))).toThrow(
      `<!-- statechart:${name} -->`,
    );
    expect(() => drawn(readme.replace(`<!-- /statechart:${name} -->`, ''))).toThrow(
      `<!-- statechart:${name} -->`,
    );
  });
});
