/** Exported tasks carry the namespaces of their workflows into another store. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { exportTasks } from '../../src/recovery/export.ts';
import { restore } from '../../src/recovery/restore.ts';
import type { SnapshotLine } from '../../src/recovery/snapshot-format.ts';
import { verifyStore } from '../../src/recovery/verify.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { handlers, request, startTroupe, step, taskFact, temporaryFolder, workflow } from '../support.ts';
import { openStore } from './stores.ts';

const served = handlers({ a: () => 'done' });
const parcel = (namespace: string) => ({ ...workflow('Parcel', [step('a')]), namespace });

let lines: string[];
let ids: string[];
let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
  const db = join(folder, 'troupe.db');
  const troupe = await startTroupe({ db, workflows: [parcel('shop'), parcel('bank')] });
  const submit = async (name: string) => (await troupe.submit(request(name))).taskId;
  ids = [await submit('shop/Parcel'), await submit('bank/Parcel')];
  await troupe.close({ graceMs: 0 });
  lines = [...exportTasks(openStore(db), { now: 0 })];
});

function restoreAll(change: (line: SnapshotLine) => void): string {
  const [header = '', ...tasks] = lines;
  const file = join(folder, 'tasks.jsonl');
  const changed = tasks.map((text) => {
    const line = JSON.parse(text) as SnapshotLine;
    change(line);
    return JSON.stringify(line);
  });
  writeFileSync(file, [header, ...changed, ''].join('\n'));
  const db = join(folder, 'other.db');
  const store = new SqliteStore(db);
  try {
    restore(store, file);
  } finally {
    store.close();
  }
  return db;
}

const namespaceOf = ({ workflow: of }: SnapshotLine): string | undefined => of?.namespace;

it('says the namespace of each workflow', () => {
  expect(lines.slice(1).map((text) => namespaceOf(JSON.parse(text)))).toEqual(['shop', 'bank']);
});

it.each([
  ['of this release', () => undefined],
  [
    'of earlier releases, which have it in the definition alone',
    (line: SnapshotLine) => void delete (line.workflow as { namespace?: string }).namespace,
  ],
])('restores exports %s, and their tasks go on where they belong', async (_, change) => {
  const db = restoreAll(change);
  const troupe = await startTroupe({ db, handlers: served });
  for (const [at, namespace] of ['shop', 'bank'].entries()) {
    const id = ids[at] ?? '';
    await taskFact(troupe, id, 'complete');
    expect(troupe.getTask(null, id).workflow).toMatchObject({ namespace, name: 'Parcel' });
    expect(troupe.getWorkflow(`${namespace}/Parcel`).definition.namespace).toBe(namespace);
  }
  expect(troupe.listTasks({ tenantId: null, name: 'shop/Parcel', limit: 9 }).tasks).toHaveLength(1);
  await troupe.close();
  expect(verifyStore(openStore(db)).findings).toEqual([]);
});

it('refuses a line whose namespace is not that of its definition', () => {
  const change = (line: SnapshotLine): void => {
    (line.workflow as { namespace?: string }).namespace = 'north';
  };
  expect(() => restoreAll(change)).toThrow(expect.objectContaining({ code: 'NOT_RESTORABLE' }));
});
