/** The doctor names what is wrong with a store, and neither changes it nor leaves anything beside it. */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { examineStore } from '../../src/recovery/doctor.ts';
import { examineNats } from '../../src/recovery/doctor-nats.ts';
import { startTroupe, temporaryFolder } from '../support.ts';
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
