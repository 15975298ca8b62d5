/** A runbook whose steps have blocks of keys, run: what they say is done, and its record is kept by the headings. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';

const step = (heading: string, ...keys: string[]): string =>
  `## ${heading}\n\`\`\`step\n${keys.join('\n')}\n\`\`\`\n`;

const HANDLERS = `
let isBusy = true;
export const handlers = {
  charge: () => {
    if (isBusy) { isBusy = false; throw new Error('busy'); }
    return 'receipt';
  },
  pack: ({ step }) => step,
};
`;

async function shop(): Promise<number> {
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ size: url?.slice(1) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('gives one handler the arguments of each step, without a server', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'handlers.mjs'), 'export const handlers = { send: (job) => job.with };');
  const given = 'with: { to: "${payload.to}", after: "${steps.Mail.output.to}" }';
  const steps = [
    step('Mail @default', 'handler: send', 'with: { to: "Dr ${payload.to}" }'),
    step('Chat @default', 'depends_on: Mail', 'handler: send', given),
  ];
  writeFileSync(join(cwd, 'news.md'), `# News\n\n${steps.join('')}`);
  const args = ['run', 'news.md', '--handlers', '.', '--json', '--input', '{"to":"Ann"}'];
  const ran = await runInProcess(args, { cwd });
  expect(ran.code, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout).result).toEqual({ Chat: { to: 'Ann', after: 'Dr Ann' } });
});

it('calls, retries and chooses as its blocks say, and records each step under its heading', async () => {
  const port = await shop();
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'handlers.mjs'), HANDLERS);
  const file = join(cwd, 'shop.md');
  writeFileSync(
    file,
    [
      '# Shop\n',
      step('Fetch Cart @default', `http: { url: "http://127.0.0.1:${port}/\${payload.size}" }`),
      step('Pay !', 'depends_on: Fetch Cart', 'handler: charge', 'backoff: { base: 1ms, max: 1ms }'),
      step(
        'Pack Box @default',
        'depends_on: Pay',
        'handler: pack',
        'when: steps["Fetch Cart"].output.size == large',
      ),
      step(
        'Pack Bag @default',
        'depends_on: Pay',
        'handler: pack',
        'when: steps["Fetch Cart"].output.size != large',
      ),
    ].join(''),
  );
  const env = { TROUPE_WEBHOOK_ALLOW: '127.0.0.1' };
  const args = ['run', 'shop.md', '--handlers', '.', '--isolation', 'none', '--record', '--input'];
  const ran = await runInProcess([...args, '{"size":"large"}'], { cwd, env });
  expect(ran.code, ran.stderr).toBe(0);
  const text = readFileSync(file, 'utf8');
  expect(text.match(/^ \w+,.*,success,/gm)?.map((row) => row.split(',')[0])).toEqual([
    ' FetchCart',
    ' Pay',
    ' PackBox',
  ]);

  const summary = await runInProcess(['summary', 'shop.md', '--json'], { cwd });
  expect(JSON.parse(summary.stdout).steps).toMatchObject([
    { name: 'Fetch Cart', executions: 1, succeeded: 1 },
    { name: 'Pay', succeeded: 1 },
    { name: 'Pack Box', executions: 1 },
    { name: 'Pack Bag' },
  ]);
});
