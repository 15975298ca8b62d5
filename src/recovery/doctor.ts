/**
 * Finds problems of a store, and says what to do about them. It looks and never touches: the store may be
 * damaged, on a full disk, or in use.
 */

import { isRefusal, Refusal, reasonOf } from '../errors.ts';
import { bindingTrouble } from '../store/binding.ts';
import { type Connection, schemaVersion } from '../store/database.ts';
import { openReadOnly } from '../store/read-only.ts';
import { changedDefinition } from '../store/schema.ts';
import { SqliteStore } from '../store/sqlite-store.ts';
import { isDamage } from '../store/storage-failure.ts';
import type { AilmentCode } from './ailment-codes.ts';
import { damageOf } from './damage.ts';
import { contentAilments } from './doctor-content.ts';
import { fileAilments, fileFacts } from './doctor-file.ts';
import { type Depth, taskAilments } from './doctor-tasks.ts';
import { hindranceOf } from './hindrance.ts';
import { isOfOlderVersion, rehearseUpgrade } from './rehearse.ts';

export interface Ailment {
  readonly code: AilmentCode;
  readonly problem: string;
  readonly advice: string;
}

export interface Diagnosis {
  /** Found worth telling, though nothing is wrong with it. */
  readonly facts: readonly string[];
  readonly ailments: readonly Ailment[];
}

export function examineStore(path: string, now: number, howDeep: Depth = 'bounded'): Diagnosis {
  const binding = bindingTrouble();
  if (binding !== null) {
    const { problem, advice } = binding;
    return { facts: [], ailments: [{ code: 'BINDING_UNUSABLE', problem, advice }] };
  }
  const onFile = fileAilments(path);
  // A file that is not SQLite's cannot be asked.
  if (onFile.some(({ code }) => FATAL.has(code))) return { facts: [], ailments: onFile };
  const facts = fileFacts(path);
  const inside = examineInside(path, now, howDeep);
  return { facts: [...facts, ...inside.facts], ailments: [...onFile, ...inside.ailments] };
}

function examineInside(path: string, now: number, howDeep: Depth): Diagnosis {
  try {
    const damage = damageAilments(path);
    const ailments = damage.length > 0 ? damage : schemaAilments(path);
    return ailments.length > 0 ? { facts: [], ailments } : examineRows(path, now, howDeep);
  } catch (error) {
    const hindrance = hindranceOf(error);
    if (hindrance !== null) return { facts: [], ailments: [hindrance] };
    if (!isDamage(error)) throw error;
    return { facts: [], ailments: damaged([reasonOf(error)]) };
  }
}

function examineRows(path: string, now: number, howDeep: Depth): Diagnosis {
  try {
    return isOfOlderVersion(path) ? rehearseUpgrade(path, now) : examineContent(path, now, howDeep);
  } catch (error) {
    // Its tables have other names than they should, say: pages that are whole can hold damage too.
    if (error instanceof Refusal || hindranceOf(error) !== null) throw error;
    return { facts: [], ailments: damaged([reasonOf(error)]) };
  }
}

function examineContent(path: string, now: number, howDeep: Depth): Diagnosis {
  const store = new SqliteStore(path, { readOnly: true });
  try {
    const { facts, ailments } = contentAilments(store, now);
    const tasks = taskAilments(store, howDeep);
    return { facts: [...facts, ...tasks.facts], ailments: [...ailments, ...tasks.ailments] };
  } finally {
    store.close();
  }
}

const FATAL = new Set<AilmentCode>([
  'STORE_MISSING',
  'STORE_NOT_A_FILE',
  'STORE_UNREADABLE',
  'STORE_EMPTY',
  'NOT_A_STORE',
  'STORE_TRUNCATED',
]);

function damageAilments(path: string): Ailment[] {
  const damage = damageOf(path);
  return damage.length === 0 ? [] : damaged(damage);
}

function damaged(damage: readonly string[]): Ailment[] {
  const advice =
    'stop the server, keep a copy of the file with its -wal, and put the last backup in its place; what is still ' +
    'readable, "troupe snapshot export" may save';
  return [{ code: 'STORE_DAMAGED', problem: `the store is damaged: ${damage.join('; ')}`, advice }];
}

function schemaAilments(path: string): Ailment[] {
  const { db, release } = openReadOnly(path);
  try {
    return ailmentsOfSchema(db, path);
  } finally {
    db.close();
    release();
  }
}

function ailmentsOfSchema(db: Connection, path: string): Ailment[] {
  try {
    const version = schemaVersion(db, path);
    const changed = changedDefinition(db, version);
    if (changed !== null) return damaged([`${changed} is not as it was made`]);
    if (version > 0) return [];
    const problem = 'it is an SQLite file without the tables of a store';
    return [{ code: 'NOT_A_STORE', problem, advice: 'name the store with --db FILE' }];
  } catch (error) {
    if (!isRefusal(error, 'STORE_TOO_NEW')) throw error;
    const advice = 'use the version that wrote it, or a newer one';
    return [{ code: error.code, problem: error.message, advice }];
  }
}
