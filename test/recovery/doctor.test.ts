/** The doctor names what is wrong with a store, and neither changes it nor leaves anything beside it. */

import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { examineStore } from '../../src/recovery/doctor.ts';
import { examineNats } from '../../src/recovery/doctor-nats.ts';
import { hindranceOf } from '../../src/recovery/hindrance.ts';
import { startTroupe, temporaryFolder } from '../support.ts';
import { writeOldStore } from '../upgrades/old-store.ts';
import { type Mixed, mixedStore, spoil } from './stores.ts';

const HOUR_MS = 3_600_000;

let folder: string;
let db: string;
beforeEach(() => {
  folder = temporaryFolder();
  db = join(folder, 'troupe.db');
});

async function closed(): Promise<Mixed> {
  const mixed = await mixedStore(db);
  await mixed.troupe.close({ graceMs: 0 });
  return mixed;
}

const codes = (path = db, now = Date.now()): string[] => [
  ...new Set(examineStore(path, now).ailments.map(({ code }) => code)),
];

const footprint = (): string[] =>
  readdirSync(folder).map(
    (name) =>
      `${name} ${createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex')}`,
  );

describe('of a healthy store', () => {
  it('finds nothing, open or closed, and says who has it open', async () => {
    const { troupe } = await mixedStore(db);
    expect(codes()).toEqual([]);
    await troupe.close({ graceMs: 0 });
    expect(examineStore(db, Date.now())).toMatchObject({ ailments: [] });
    expect(examineStore(db, Date.now()).facts).toContain('no server has it open');
  });

  it('changes nothing and leaves nothing', async () => {
    await closed();
    const before = footprint();
    codes();
    expect(footprint()).toEqual(before);
  });
});

describe('of a file that is not whole', () => {
  const damage = (change: (bytes: Buffer) => Buffer): void => writeFileSync(db, change(readFileSync(db)));

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 5_000), 'STORE_TRUNCATED'],
    ['empty', () => Buffer.alloc(0), 'STORE_EMPTY'],
    ['something else', () => Buffer.from('hello, I am no database at all'), 'NOT_A_STORE'],
  ])('names one that is %s', async (_, change, code) => {
    await closed();
    damage(change);
    const before = footprint();
    expect(codes()).toEqual([code]);
    expect(footprint()).toEqual(before);
  });

  it('names one with flipped bits, on whichever page that is in use', async () => {
    await closed();
    const whole = readFileSync(db);
    for (let page = 1; page < Math.min(whole.length / 4_096, 8); page++) {
      const bytes = Buffer.from(whole);
      bytes[page * 4_096] = (bytes[page * 4_096] ?? 0) ^ 0xff;
      writeFileSync(db, bytes);
      expect(codes(), `page ${page + 1}`).toEqual(['STORE_DAMAGED']);
    }
  });

  it.each(['v1', 'v2', 'v3'])('names a definition of %s in which one bit flipped', (version) => {
    writeOldStore(db, version);
    const bytes = readFileSync(db);
    const definition = 'UNIQUE INDEX workflows_version';
    const at = bytes.indexOf(definition) + definition.indexOf('s_version');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x20, at);
    writeFileSync(db, bytes);
    expect(codes()).toEqual(['STORE_DAMAGED']);
  });

  it('names one that is not there, or a folder, or of another program', () => {
    expect(codes(join(folder, 'none.db'))).toEqual(['STORE_MISSING']);
    mkdirSync(join(folder, 'a'));
    expect(codes(join(folder, 'a'))).toEqual(['STORE_NOT_A_FILE']);
    spoil(db, 'CREATE TABLE notes (text)');
    expect(codes()).toEqual(['NOT_A_STORE']);
  });

  it('is the same the server names at its start', async () => {
    await closed();
    damage((bytes) => bytes.subarray(0, bytes.length / 2));
    await expect(startTroupe({ db })).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
  });
});

describe('of a file that cannot be looked at, it says why and calls nothing damaged', () => {
  const NO_DAMAGE = { problem: expect.not.stringContaining('damaged'), advice: expect.any(String) };

  it('names a lock of another program', async () => {
    await closed();
    const other = new Database(db);
    onTestFinished(() => void other.close());
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN EXCLUSIVE');
    const { ailments } = examineStore(db, Date.now());
    expect(ailments).toMatchObject([{ code: 'STORE_LOCKED', ...NO_DAMAGE }]);
  });

  it('names a temporary folder that is not there', async () => {
    await closed();
    const before = process.env['TMPDIR'];
    onTestFinished(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    process.env['TMPDIR'] = join(folder, 'nowhere');
    expect(examineStore(db, Date.now()).ailments).toMatchObject([
      { code: 'NO_TEMPORARY_FOLDER', ...NO_DAMAGE },
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('names a permission that is lacking', async () => {
    await closed();
    chmodSync(db, 0o000);
    expect(examineStore(db, Date.now()).ailments).toMatchObject([{ code: 'STORE_UNREADABLE', ...NO_DAMAGE }]);
  });

  it('tells errors of SQLite apart by their code', () => {
    const codeOf = (code: string): string | undefined =>
      hindranceOf(new Database.SqliteError('it went wrong', code))?.code;
    expect(codeOf('SQLITE_IOERR_READ')).toBe('DISK_FAILS');
    expect(codeOf('SQLITE_CANTOPEN')).toBe('STORE_UNREADABLE');
    expect(codeOf('SQLITE_READONLY_DIRECTORY')).toBe('STORE_UNREADABLE');
    expect(codeOf('SQLITE_FULL')).toBe('DISK_FULL');
    expect(codeOf('SQLITE_CORRUPT_INDEX')).toBeUndefined();
    expect(codeOf('SQLITE_NOTADB')).toBeUndefined();
  });
});

describe('of what will not go on by itself', () => {
  it('names a newer schema, and machines this version lacks', async () => {
    const { queued } = await closed();
    spoil(db, "UPDATE actors SET machine = 'step@2' WHERE queue IS NOT NULL");
    const [ailment] = examineStore(db, Date.now()).ailments;
    expect(ailment).toMatchObject({ code: 'MACHINE_LACKING' });
    expect(ailment?.problem).toContain('step@2');
    expect(ailment?.problem).toContain(queued);
    spoil(db, 'PRAGMA user_version = 99');
    expect(codes()).toEqual(['STORE_TOO_NEW']);
  });

  it('names actors set aside, with why', async () => {
    await closed();
    spoil(db, "INSERT INTO set_aside VALUES (2, 1, 0, 'it is broken')");
    expect(examineStore(db, Date.now()).ailments).toMatchObject([
      { code: 'SET_ASIDE', problem: expect.stringContaining('it is broken') },
    ]);
  });

  it('names steps that nobody serves, and timers long overdue', async () => {
    await closed();
    expect(codes(db, Date.now() + HOUR_MS / 2)).toEqual(['UNSERVED']);
    expect(codes(db, Date.now() + 48 * HOUR_MS)).toEqual(['TIMERS_OVERDUE', 'UNSERVED']);
  });

  it('names a clock that was set back, and webhooks that were given up', async () => {
    await closed();
    expect(codes(db, Date.now() - HOUR_MS)).toEqual(['CLOCK_SET_BACK']);
    spoil(
      db,
      "INSERT INTO webhooks VALUES ('msg', 1, 1000000, 'default', 'task.complete', 'http://x', '{}', 'dead', 0)",
    );
    expect(codes()).toEqual(['WEBHOOKS_DEAD']);
  });
});

describe('of NATS', () => {
  it('says when nobody answers, and what to do', async () => {
    const { ailments } = await examineNats('nats://127.0.0.1:1', null);
    expect(ailments).toMatchObject([
      { code: 'BUS_UNAVAILABLE', advice: expect.stringContaining('nats-server') },
    ]);
  });
});
