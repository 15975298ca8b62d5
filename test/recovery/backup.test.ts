/** A backup is a whole store of one moment, made while its server writes, or there is none. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { backup } from '../../src/recovery/backup.ts';
import { handlers, request, startTroupe, taskFact, temporaryFolder } from '../support.ts';
import { mixedStore, spoil } from './stores.ts';

let folder: string;
let db: string;
let copy: string;
beforeEach(() => {
  folder = temporaryFolder();
  db = join(folder, 'troupe.db');
  copy = join(folder, 'copies', 'copy.db');
});

const refusal = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('backup', () => {
  it('of a store in use goes on where the store was, and finds nothing wrong with it', async () => {
    const { running, waiting, complete } = await mixedStore(db);
    expect(backup(db, copy)).toMatchObject({ tasks: 7, findings: [] });

    const Fine = () => 'fine';
    const again = await startTroupe({ db: copy, handlers: handlers({ Fine, Pack: Fine, Ship: Fine }) });
    await taskFact(again, running, 'complete');
    await taskFact(again, waiting, 'complete');
    expect(again.getTask(null, complete).result).toEqual({ Fine: 'fine' });
  });

  it('holds every task that was acknowledged before it began, though more come meanwhile', async () => {
    const troupe = await startTroupe({ db, handlers: handlers({ Fine: () => 'fine' }) });
    const known: string[] = [];
    let coming = true;
    const load = (async () => {
      while (coming) known.push((await troupe.submit(request('Fine'))).taskId);
    })();
    for (let round = 0; round < 5; round++) {
      await taskFact(troupe, (await troupe.submit(request('Fine'))).taskId, 'complete');
      const before = known.length;
      const { tasks, findings } = backup(db, copy, { force: true });
      expect(tasks).toBeGreaterThanOrEqual(before);
      expect(findings).toEqual([]);
    }
    coming = false;
    await load;
  });

  it('replaces no file unless told to', async () => {
    await mixedStore(db);
    backup(db, copy);
    const first = readFileSync(copy);
    expect(refusal(() => backup(db, copy))).toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(copy).equals(first)).toBe(true);
    expect(backup(db, copy, { force: true }).tasks).toBe(7);
    expect(refusal(() => backup(db, db, { force: true }))).toMatchObject({ code: 'BACKUP_INTO_ITSELF' });
  });

  it('of a damaged store is refused, and leaves no file', async () => {
    const { troupe } = await mixedStore(db);
    await troupe.close({ graceMs: 0 });
    const bytes = readFileSync(db);
    writeFileSync(db, bytes.subarray(0, bytes.length / 2));
    expect(refusal(() => backup(db, copy))).toMatchObject({ code: 'STORE_UNUSABLE' });
    expect(existsSync(copy)).toBe(false);
    expect(readdirSync(join(folder, 'copies'))).toEqual([]);
  });

  it('tells what was wrong with the store already', async () => {
    const { troupe, queued } = await mixedStore(db);
    await troupe.close({ graceMs: 0 });
    spoil(db, 'UPDATE actors SET queue = NULL');
    const { findings } = backup(db, copy);
    expect(findings).toMatchObject([{ taskId: queued, actor: 'step:Nobody' }]);
  });

  it('beside a closed store leaves the folder as it was', async () => {
    const { troupe } = await mixedStore(db);
    await troupe.close({ graceMs: 0 });
    const before = readdirSync(folder);
    backup(db, copy);
    expect(readdirSync(folder)).toEqual([...before, 'copies'].sort());
  });
});
