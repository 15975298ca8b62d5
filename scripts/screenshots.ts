// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/**
 * Pictures of the page for the README, light and dark, into `.github/pictures`: the built page, a real server with the
 * tea shop's orders, a real browser. `npm run build` first; `npm run screenshots`.
 */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createApp } from '../src/api/app.ts';
import { listen } from '../src/api/listen.ts';
import { readPage } from '../src/api/page-files.ts';
import { createTroupe, type Troupe } from '../src/troupe.ts';
import { RetryableError } from '../src/worker/errors.ts';
import type { Handler } from '../src/worker/job.ts';
import { defineWorkflow } from '../src/workflow/define.ts';
import { loadWorkflow } from '../src/workflow/file.ts';
import { parseTaskRequest } from '../src/workflow/task-request.ts';
import { findBrowser, launch } from '../test/page/browser.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, '.github', 'pictures');

const CUSTOMERS = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Tony'];

/** Each takes as long as it says; the payment service is out of order for every third customer. */
const handlers: Readonly<Record<string, Handler>> = {
  ReceiveOrder: work(40, ({ payload }) => payload),
  CheckStock: work(120, () => ({ inStock: true })),
  ProcessPayment: work(180, ({ payload, attempt }) => {
    const number = Number(payload['number']);
    if (number % 3 === 2 || (number % 3 === 1 && attempt === 1)) throw outage(number % 3 === 2 ? 60 : 1);
    return { paid: true };
  }),
  ReserveStock: work(60, () => ({ reservation: 'shelf 4' })),
  CreateShipment: work(220, () => ({ tracking: 'JD0146' })),
  NotifyCustomer: work(90, () => ({ sent: true })),
  HandleFailedOrders: work(20, () => null),
};

/** Without a stack: the folders of whoever takes the pictures are no part of them. */
function outage(retryAfter: number): RetryableError {
  const error = new RetryableError('the payment service answered 503', { retryAfter });
  delete error.stack;
  return error;
}

const refund = defineWorkflow({
  name: 'Refund',
  steps: {
    Manager: {
      waitFor: {
        approval: 'Give ${payload.customer} ${payload.amount} € back for ${payload.what}?',
        within: '24h',
      },
    },
    Pay: { dependsOn: ['Manager'], handler: () => null },
  },
});

const REFUNDS = [
  { customer: 'Ada', amount: '12.50', what: 'a broken tea pot' },
  { customer: 'Grace', amount: '4.20', what: 'a late order' },
  { customer: 'Edsger', amount: '180.00', what: 'a cup that leaks' },
];

async function askForRefunds(troupe: Troupe): Promise<void> {
  for (const payload of REFUNDS) await troupe.submit(parseTaskRequest({ name: 'Refund', payload }));
}

function work(ms: number, answer: Handler): Handler {
  return async (job) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return answer(job);
  };
}

async function submitOrders(troupe: Troupe): Promise<string[]> {
  const orders = readFileSync(join(root, 'examples', 'order-runbook', 'orders.md'), 'utf8');
  const definition = loadWorkflow(orders, 'markdown', { environment: null, variables: null });
  await troupe.registerWorkflow(definition);
  const ids: string[] = [];
  for (const [number, customer] of CUSTOMERS.entries()) {
    const payload = { number, customer, orderId: `ORD-47${11 + number}` };
    const { taskId } = await troupe.submit(parseTaskRequest({ name: definition.name, payload }));
    ids.push(taskId);
  }
  const ended = ids.filter((_, number) => number % 3 !== 2);
  const stop = new AbortController();
  const open = new Set(ended);
  for await (const { fact } of troupe.events({ tenantId: null, after: '0-0', signal: stop.signal })) {
    if (fact.actor === 'task' && (fact.fact === 'complete' || fact.fact === 'failed'))
      open.delete(fact.taskId);
    if (open.size === 0) stop.abort();
  }
  return ids;
}

async function shoot(page: Page, url: string, ids: readonly string[], look: 'light' | 'dark'): Promise<void> {
  const [, retried = '', waiting = ''] = ids;
  const views = [
    ['tasks', '/', 'text=ORD-4711'],
    ['graph', `/ui/tasks/${waiting}?view=graph`, PLACED],
    [
      'statechart',
      `/ui/tasks/${waiting}?view=chart&step=Process%20Payment`,
      'main svg text:has-text("backoff")',
    ],
    ['timeline', `/ui/tasks/${retried}?view=timeline`, 'text=critical path'],
    ['approvals', '/ui/approvals', 'text=a cup that leaks'],
    ['time-travel', `/ui/tasks/${retried}?view=graph&seq=14`, PLACED],
  ] as const;
  for (const [name, path, shown] of views) {
    await page.goto(url + path);
    await page.locator(shown).first().waitFor();
    if (path.startsWith('/ui/tasks')) {
      await page.getByText('Tea Shop Orders').first().waitFor();
      // The moment, of now or of then, has come.
      await page.locator('.step-panel .what-if').waitFor();
    }
    await page.screenshot({ path: join(pictures, `${name}-${look}.png`) });
  }
}

/** Boxes are placed one answer after names. */
const PLACED = 'role=button[name=/^Notify Customer,/]';

const path = findBrowser();
const files = readPage(join(root, 'dist', 'page'));
if (path === null) throw new Error('there is no Chromium on PATH: install one, or set CHROME_PATH');
if (files === null) throw new Error('the page was not built: run "npm run build" first');
mkdirSync(pictures, { recursive: true });
const entries = Object.entries(handlers).map(([name, run]) => ({ name, run, concurrency: null }));
const troupe = await createTroupe({ db: ':memory:', handlers: entries, workflows: [refund] });
const app = createApp({ troupe, keys: null, version: '0', page: files });
const server = await listen(app, { host: '127.0.0.1', port: 0 });
const browser = await launch(path);
try {
  const ids = await submitOrders(troupe);
  await askForRefunds(troupe);
  for (const look of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: look });
    await shoot(page, server.url, ids, look);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
  await troupe.close({ graceMs: 0 });
}
console.log(`The pictures are in ${pictures}.`);
