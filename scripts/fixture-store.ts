/**
 * `node --import tsx scripts/fixture-store.ts > test/upgrades/stores/vN.sql`: a small store with a task in every state,
 * as SQL text. Run once with each release whose stores differ from the last one's; what it printed is kept for ever,
 * and the tests open it with whatever Troupe has become.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { createTroupe, type Troupe } from '../src/troupe.ts';
import type { HandlerEntry } from '../src/worker/job.ts';
import { defineWorkflow } from '../src/workflow/define.ts';
import { loadWorkflow } from '../src/workflow/file.ts';
import { parseTaskRequest } from '../src/workflow/task-request.ts';

/** No host of that name: deliveries fail, and wait for their next attempt. */
const HOOK = 'http://hooks.invalid/take';

const order = defineWorkflow({
  name: 'Order',
  steps: {
    Receive: { handler: 'Fine' },
    Pay: { handler: 'Fine', dependsOn: ['Receive'] },
    Pack: { handler: 'Slow', dependsOn: ['Receive'], critical: true },
    Ship: { handler: 'Fine', dependsOn: ['Pay', 'Pack'] },
  },
});

const nap = defineWorkflow({
  name: 'Nap',
  steps: { Rest: { sleep: '1h' }, After: { handler: 'Fine', dependsOn: ['Rest'] } },
});
const naps = defineWorkflow({
  name: 'Naps',
  steps: {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Troupe's own, not a template.
    Each: { forEach: '${payload.items}', run: { workflow: 'Nap' } },
    Heard: { waitFor: { signal: 'heard', within: '1h' }, optional: true },
  },
});

/** Kept in the store as it is written here. */
const FILED = 'name: Filed\nsteps:\n  - name: Only\n    handler: Fine\n';

const handlers: readonly HandlerEntry[] = [
  { name: 'Fine', run: () => 'fine', concurrency: null },
  { name: 'Slow', run: () => new Promise(() => undefined), concurrency: null },
  { name: 'Bad', run: () => Promise.reject(new Error('not now')), concurrency: null },
];

const folder = mkdtempSync(join(tmpdir(), 'troupe-fixture-'));
const db = join(folder, 'troupe.db');
const troupe = await createTroupe({ db, handlers, workflows: [order, nap, naps] });
try {
  await fill(troupe);
} finally {
  await troupe.close({ graceMs: 0 });
}
for (const line of dump(db)) console.log(line);
rmSync(folder, { recursive: true });

async function fill(filled: Troupe): Promise<void> {
  const by = { by: 'fixture', reason: null };
  const submit = async (name: string, more: object = {}): Promise<string> =>
    (await filled.submit(parseTaskRequest({ name, ...more }))).taskId;
  const reaches = async (id: string, status: string): Promise<void> => {
    while (filled.getTask(null, id).status !== status) await sleep(5);
  };
  const definition = loadWorkflow(FILED, 'yaml', { environment: null, variables: null });
  await filled.registerWorkflow(definition, { format: 'yaml', text: FILED });
  await reaches(
    await submit('Fine', { idempotencyKey: 'k', tags: ['a'], notificationUrl: HOOK }),
    'complete',
  );
  const running = await submit('Order', { correlationId: 'c', payload: { kind: 'running' } });
  while (filled.getStep(null, running, 'Pack').status !== 'running') await sleep(5);
  await submit('Fine', { delaySeconds: 3_600, payload: { kind: 'delayed' } });
  await submit('Fine', { correlationId: 'c', dependencies: ['Order'], payload: { kind: 'waiting' } });
  await submit('Fine', { dependencies: ['Nobody'], allowUnresolved: true, payload: { kind: 'unresolved' } });
  await submit('Unserved', { payload: { kind: 'queued' }, tenantId: 'north', priority: 9 });
  await reaches(await submit('Filed'), 'complete');
  for (const namespace of ['north', 'south']) {
    const named = `name: Parted\nnamespace: ${namespace}\nsteps:\n  - name: Only\n    handler: Fine\n`;
    for (const text of [named, `version: 0.2.0\n${named}`])
      await filled.registerWorkflow(loadWorkflow(text, 'yaml', { environment: null, variables: null }));
    await filled.setCurrentWorkflow(`${namespace}/Parted`, '0.1.0', by);
    await reaches(await submit(`${namespace}/Parted`), 'complete');
  }
  await filled.setCurrentWorkflow('south/Parted', null, by);
  await reaches(await submit('Bad', { payload: { kind: 'retrying' } }), 'retrying');
  await reaches(await submit('Bad', { maxRetries: 0, notificationUrl: HOOK }), 'failed');
  await reaches(await submit('Naps', { payload: { items: [1, 2] } }), 'waiting');
  await filled.signal('default', { name: 'heard', key: 'nobody', data: 1 }, 'fixture');
  const paused = await submit('Order', { payload: { kind: 'paused' } });
  while (filled.getStep(null, paused, 'Pack').status !== 'running') await sleep(5);
  await filled.taskVerb(null, paused, 'pause', by);
  await filled.taskVerb(null, await submit('Unserved'), 'cancel', by);
  while (filled.listWebhooks(null, 'retrying', 9).length < 2) await sleep(5);
}

/** The schema, then every row, as statements. */
function* dump(path: string): Generator<string> {
  const file = new Database(path, { readonly: true });
  const schema = file
    .prepare("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'index', rowid")
    .all() as { name: string; type: string; sql: string }[];
  for (const { sql } of schema) yield `${sql};`;
  for (const { name } of schema.filter(({ type }) => type === 'table')) {
    const columns = file.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name) as string[];
    const values = columns.map((column) => `quote("${column}")`).join(` || ', ' || `);
    for (const row of file.prepare(`SELECT ${values} FROM "${name}"`).pluck().all())
      yield `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${row});`;
  }
  yield `PRAGMA user_version = ${file.pragma('user_version', { simple: true })};`;
  file.close();
}
