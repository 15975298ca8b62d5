// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** Warnings about waits: that nothing ends one by itself, and that `who` may be for show. */

import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { type FileOptions, parseWorkflowFile } from '../../src/workflow/file.ts';
import type { FileFormat } from '../../src/workflow/file-format.ts';
import { startTroupe } from '../support.ts';

function warningsOf(text: string, format: FileFormat, options: Partial<FileOptions> = {}): string[] {
  const file = parseWorkflowFile(text, format, { environment: null, variables: null, ...options });
  expect(file.faults).toEqual([]);
  return file.warnings.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const FOR_EVER = 'nothing else will, however long it takes; give it an end, such as within: 24h';
const BY_PERSON = `only a person ends this wait: ${FOR_EVER}`;
const BY_SIGNAL = `only the signal, or a person, ends this wait: ${FOR_EVER}`;
const SHOWN = 'is shown, and not enforced: without API keys nobody knows who calls';

const YAML = `name: order
steps:
  - name: rest
    sleep: 3d
  - name: paid
    wait_for: { signal: payment }
  - name: manager
    depends_on: paid
    wait_for:
      approval: "Ship \${payload.order}?"
      who: [anna]
  - name: boss
    wait_for: { approval: "Really?", within: 24h, who: [otto] }
`;

const MARKDOWN = `# order

## Paid @default

\`\`\`step
wait_for: { signal: payment }
\`\`\`

## Manager @default

\`\`\`step
depends_on: Paid
wait_for:
  approval: "Ship?"
  who: [anna]
\`\`\`

## Rest @default

\`\`\`step
sleep: 3d
\`\`\`
`;

describe('R4: a wait without "within" is warned of, since only a person or a signal ends it', () => {
  it('in YAML, at its place', () => {
    expect(warningsOf(YAML, 'yaml')).toEqual([`6:15 ${BY_SIGNAL}`, `10:7 ${BY_PERSON}`]);
  });

  it('in YAML with other spellings, and as an environment makes it', () => {
    const text = `name: order
step_templates:
  - name: paid
    wait_for: { approval: "Ship?" }
environments:
  test:
    step_templates:
      - name: paid
        wait_for: { approval: "Ship?", within: 1h, who: [anna] }
`;
    expect(warningsOf(text, 'yaml')).toEqual([`4:15 ${BY_PERSON}`]);
    expect(warningsOf(text, 'yaml', { environment: 'test' })).toEqual([]);
    const [shown] = warningsOf(text, 'yaml', { environment: 'test', isKeyed: false });
    expect(shown).toMatch(/^9:57 is shown, and not enforced/);
  });

  it('in Markdown, at its place in the block', () => {
    expect(warningsOf(MARKDOWN, 'markdown')).toEqual([`6:11 ${BY_SIGNAL}`, `14:3 ${BY_PERSON}`]);
  });

  it('in TypeScript, in the log', async () => {
    const order = defineWorkflow({
      name: 'order',
      steps: {
        paid: { waitFor: { signal: 'payment' } },
        manager: { waitFor: { approval: 'Ship?', within: '1d', who: ['anna'] } },
      },
    });
    const lines = new PassThrough();
    await startTroupe({ workflows: [order], log: pino({ level: 'warn' }, lines) });
    const told = String(lines.read())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { workflow: string; step: string; msg: string });
    expect(told.map(({ workflow, step, msg }) => [workflow, step, msg])).toEqual([
      ['order', 'paid', `waitFor: ${BY_SIGNAL}`],
    ]);
  });
});

describe('"who" without API keys', () => {
  const whoIn = (text: string, format: FileFormat, isKeyed?: boolean) =>
    warningsOf(text, format, isKeyed === undefined ? {} : { isKeyed })
      .filter((warning) => warning.includes(SHOWN))
      .map((warning) => warning.split(' ')[0]);

  it('is said to be for show, at its place', () => {
    expect(whoIn(YAML, 'yaml', false)).toEqual(['11:12', '13:56']);
    expect(whoIn(MARKDOWN, 'markdown', false)).toEqual(['15:8']);
  });

  it.each([true, undefined])('is fine with keys, or where nobody knows (%s)', (isKeyed) => {
    expect(whoIn(YAML, 'yaml', isKeyed)).toEqual([]);
    expect(whoIn(MARKDOWN, 'markdown', isKeyed)).toEqual([]);
  });
});
