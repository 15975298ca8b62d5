/** Attempts that ran when an older version ended, in paused tasks too, are found by the version of now. */

import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations.ts';

it('marks those of paused tasks and those that are told to stop, and no others', () => {
  const db = new Database(':memory:');
  for (const sql of MIGRATIONS.slice(0, 4)) db.exec(sql);
  const insert = db.prepare("INSERT INTO actors VALUES (1, ?, 'step@1', ?, ?, NULL, NULL, NULL, NULL)");
  insert.run(1, 'running', '{"held":true}');
  insert.run(2, 'waiting.stopping', '{}');
  insert.run(3, 'running', '{"attempt":1}');
  insert.run(4, 'running', '[0,1]');
  insert.run(5, 'running', 'damaged');
  insert.run(6, 'pending.held', '{"held":true}');
  db.exec(MIGRATIONS[4] ?? '');
  expect(db.prepare('SELECT ref FROM actors WHERE runs_on IS NOT NULL').pluck().all()).toEqual([1, 2]);
  db.close();
});
