/** A store that a server cannot start on: it says so at once, names the cause and what to do, and leaves it as it was. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { examineStore } from '../../src/recovery/doctor.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { MAIN, runTroupe } from '../cli/process.ts';
import { mixedStore } from '../recovery/stores.ts';
import { temporaryFolder } from '../support.ts';

const PAGE_BYTES = 4_096;

let folder: string;
let db: string;
beforeEach(async () => {
  folder = temporaryFolder();
  db = join(folder, 'store', 'troupe.db');
  mkdirSync(join(folder, 'store'));
  const { troupe } = await mixedStore(db);
  await troupe.close({ graceMs: 0 });
});

const refusalOf = (path: string): unknown => {
  try {
    new SqliteStore(path).close();
    return null;
  } catch (error) {
    return error;
  }
};

const hash = (): string => createHash('sha256').update(readFileSync(db)).digest('hex');

describe('a damaged store', () => {
  it('is refused whichever page has flipped bits, and what the doctor says of it is the same', () => {
    const whole = readFileSync(db);
    for (let page = 0; page < whole.length / PAGE_BYTES; page++) {
      const bytes = Buffer.from(whole);
      // The first page begins with the header of the file.
      const at = page === 0 ? 100 : page * PAGE_BYTES;
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      writeFileSync(db, bytes);
      const before = hash();
      const refused = refusalOf(db);
      const ailments = examineStore(db, Date.now()).ailments.map(({ code }) => code);
      expect([page, refused, ailments]).toMatchObject([page, { code: 'STORE_UNUSABLE' }, ['STORE_DAMAGED']]);
      expect(String(refused)).toMatch(/damaged.*backup/);
      expect(hash()).toBe(before);
    }
  });

  it('is refused when its header makes it one that cannot be written, and the doctor tells why', () => {
    const bytes = readFileSync(db);
    bytes[18] = 10;
    writeFileSync(db, bytes);
    expect(refusalOf(db)).toMatchObject({ code: 'STORE_UNUSABLE' });
    expect(examineStore(db, Date.now()).ailments).toMatchObject([{ code: 'STORE_DAMAGED' }]);
  });

  it('is refused when pages are missing at its end', () => {
    truncateSync(db, statSync(db).size - PAGE_BYTES);
    expect(refusalOf(db)).toMatchObject({ code: 'STORE_UNUSABLE' });
  });

  it('ends the server with what is wrong and what to do', async () => {
    truncateSync(db, statSync(db).size / 2);
    const { code, stderr } = await runTroupe(['serve', '--db', db, '--port', '0']);
    expect(code).toBe(1);
    expect(stderr).toContain(db);
    expect(stderr).toMatch(/damaged.*troupe doctor.*backup/s);
  });
});

describe('a checkpoint cut short', () => {
  it('is not taken for a file that is cut off, while its log has the rest', () => {
    const whole = new SqliteStore(db);
    whole.commit({ meta: [{ key: 'filling', value: 'x'.repeat(100_000) }] });
    const log = readFileSync(`${db}-wal`);
    const before = readFileSync(db);
    whole.close();
    // The first page of the checkpoint was written, those at the end were not.
    const first = readFileSync(db).subarray(0, PAGE_BYTES);
    writeFileSync(db, Buffer.concat([first, before.subarray(PAGE_BYTES)]));
    writeFileSync(`${db}-wal`, log);
    expect(examineStore(db, Date.now()).ailments).toEqual([]);
    const again = new SqliteStore(db);
    expect(again.meta('filling')).toHaveLength(100_000);
    again.close();
  });
});

const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;

describe.skipIf(!canMount)('a file system that is read-only', () => {
  it('is named by the server and by the doctor', () => {
    const store = join(folder, 'store');
    const mount = `mount --bind ${store} ${store} && mount -o remount,ro,bind ${store}`;
    const run = (command: string): { status: number | null; said: string } => {
      const main = `${process.execPath} ${MAIN}`;
      const { status, stdout, stderr } = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', `${mount} && exec ${main} ${command} --db ${db}`],
        { encoding: 'utf8' },
      );
      return { status, said: stdout + stderr };
    };
    const served = run('serve --port 0');
    expect(served).toMatchObject({ status: 1, said: expect.stringContaining(db) });
    expect(served.said).toMatch(/cannot be (written|opened).*permissions/);
    expect(run('doctor')).toMatchObject({ status: 1, said: expect.stringMatching(/cannot write/) });
  });
});

describe('a restore that is refused', () => {
  it('leaves no empty store where there was none', async () => {
    const file = join(folder, 'snapshots.jsonl');
    writeFileSync(file, 'no snapshots\n');
    const fresh = join(folder, 'fresh.db');
    expect((await runTroupe(['snapshot', 'restore', file, '--db', fresh])).code).toBe(1);
    expect(existsSync(fresh)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('fresh'))).toEqual([]);
  });
});
