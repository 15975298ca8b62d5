/** The SQL, prepared once per connection. */

import type { Statement } from 'better-sqlite3';
import type { Connection } from './database.ts';

/** The id of a signal means the same one for at least so long. */
const REMEMBERED_MS = 86_400_000;

const SQL = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',

  meta: 'SELECT value FROM meta WHERE key = ?',
  putMeta: 'INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',

  insertWorkflow: `INSERT OR REPLACE INTO workflows (hash, namespace, name, version, definition, created_at)
    VALUES (:hash, :namespace, :name, :version, :definition, :created_at)`,
  insertWorkflowSource: 'INSERT OR IGNORE INTO workflow_sources VALUES (:hash, :format, :text)',
  workflowSource: 'SELECT * FROM workflow_sources WHERE hash = ?',
  workflow: 'SELECT definition FROM workflows WHERE hash = ?',
  workflows: 'SELECT * FROM workflows ORDER BY created_at, hash',
  insertWorkflowChoice: `INSERT INTO workflow_choices (namespace, name, version, set_at, set_by, reason)
    VALUES (:namespace, :name, :version, :set_at, :set_by, :reason)`,
  workflowChoices: 'SELECT * FROM workflow_choices WHERE namespace = ? AND name = ? ORDER BY no DESC LIMIT ?',

  lastTaskNo: 'SELECT max(no) FROM tasks',
  insertTask: 'INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  childrenOf: `SELECT * FROM tasks AS child WHERE parent = ? AND parent_ref = ? AND parent_index >= ?
    AND NOT EXISTS (SELECT 1 FROM tasks AS newer WHERE newer.parent = child.parent
      AND newer.parent_ref = child.parent_ref AND newer.parent_index = child.parent_index
      AND newer.parent_try > child.parent_try)
    ORDER BY parent_index LIMIT ?`,
  insertTag: 'INSERT OR IGNORE INTO tags VALUES (?, ?)',
  setTaskStatus: 'UPDATE tasks SET status = ? WHERE no = ?',
  taskByNo: 'SELECT * FROM tasks WHERE no = ?',
  taskById: 'SELECT * FROM tasks WHERE id = ?',
  taskByKey: 'SELECT * FROM tasks WHERE tenant = ? AND idempotency_key = ?',
  newestNamed:
    'SELECT * FROM tasks WHERE tenant = ? AND name = ? AND parent IS NULL ORDER BY no DESC LIMIT 1',
  newestNamedCorrelated:
    'SELECT * FROM tasks WHERE tenant = ? AND name = ? AND correlation IS ? AND parent IS NULL ORDER BY no DESC LIMIT 1',
  newestOfWorkflow: `SELECT * FROM tasks WHERE tenant = :tenant AND name = :name AND parent IS NULL
    AND workflow IN (SELECT value FROM json_each(:hashes))
    AND (:correlation = 'any' OR correlation IS :correlation) ORDER BY no DESC LIMIT 1`,
  countByStatus:
    'SELECT status, tenant, count(*) AS count FROM tasks WHERE parent IS NULL GROUP BY status, tenant',

  insertActor: 'INSERT INTO actors VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  updateActor: `UPDATE actors SET machine = ?, state = ?, context = ?, due_at = ?, timers = ?, queue = ?, awaits = ?,
      runs_on = ?
    WHERE task = ? AND ref = ?`,
  actor: 'SELECT * FROM actors WHERE task = ? AND ref = ?',
  states: 'SELECT ref, state FROM actors WHERE task = ?',
  actors: 'SELECT * FROM actors WHERE task = ? ORDER BY ref',
  stepCounts: `SELECT state, count(*) AS count FROM actors WHERE task = :task AND ref BETWEEN :first AND :last
    GROUP BY state`,
  doneSteps: `SELECT ref FROM actors WHERE task = :task AND ref BETWEEN :first AND :last
    AND state IN (SELECT value FROM json_each(:done))`,
  openActors: `SELECT * FROM actors WHERE task = :task AND ref <= :last
    AND state NOT IN (SELECT value FROM json_each(:done)) ORDER BY ref`,
  dueActors: 'SELECT task, ref, due_at FROM actors WHERE due_at <= ? ORDER BY due_at, task, ref LIMIT ?',
  nextDue: 'SELECT due_at FROM actors WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1',
  runningActors: `
    SELECT a.task, a.ref FROM tasks t JOIN actors a ON a.task = t.no
      WHERE t.status IN ('running', 'retrying') AND a.ref > 0
        AND a.state NOT IN (SELECT value FROM json_each(:atRest))
    UNION
    SELECT task, ref FROM actors WHERE runs_on IS NOT NULL
    UNION
    SELECT a.task, a.ref FROM webhooks w JOIN actors a ON a.task = w.task AND a.ref = w.ref
      WHERE w.status IN ('pending', 'retrying') AND a.state NOT IN (SELECT value FROM json_each(:atRest))`,
  queues: 'SELECT DISTINCT queue FROM actors WHERE queue IS NOT NULL',
  queueLengths: 'SELECT queue, count(*) AS count FROM actors WHERE queue IS NOT NULL GROUP BY queue',
  countTimers: 'SELECT count(*) FROM actors WHERE due_at IS NOT NULL',
  queued: 'SELECT task, ref FROM actors WHERE queue = ? AND (task, ref) > (?, ?) ORDER BY task, ref LIMIT ?',

  awaiting:
    'SELECT task, ref FROM actors WHERE awaits = ? AND (task, ref) > (?, ?) ORDER BY task, ref LIMIT ?',

  insertSignal: `INSERT INTO signals VALUES (:no, :tenant, :name, :key, :task, :id, :at, :until, :by, :data, :taken_at)`,
  forgetSignals: `DELETE FROM signals WHERE no IN
    (SELECT no FROM signals WHERE until <= :now AND at <= :now - ${REMEMBERED_MS} ORDER BY until LIMIT 20)`,
  forgetTaken: `DELETE FROM signals_taken WHERE signal IN
    (SELECT no FROM signals WHERE until <= :now AND at <= :now - ${REMEMBERED_MS} ORDER BY until LIMIT 20)`,
  takeSignal: 'INSERT INTO signals_taken (task, signal, ref) VALUES (?, ?, ?)',
  markTaken: 'UPDATE signals SET taken_at = coalesce(taken_at, ?) WHERE no = ?',
  withdrawSignal: 'DELETE FROM signals WHERE no = ?',
  lastSignalNo: 'SELECT max(no) FROM signals',
  signalByNo: 'SELECT * FROM signals WHERE no = ?',
  signalById: 'SELECT * FROM signals WHERE tenant = ? AND id = ?',
  nextSignal: `
    SELECT * FROM (SELECT * FROM signals s WHERE task = :task AND name = :name AND no > :after
      AND NOT EXISTS (SELECT 1 FROM signals_taken t WHERE t.task = :task AND t.signal = s.no) ORDER BY no LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT * FROM signals s WHERE tenant = :tenant AND name = :name AND key = :key AND no > :after
      AND until > :now AND (at >= :createdAt OR taken_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM signals_taken t WHERE t.task = :task AND t.signal = s.no) ORDER BY no LIMIT 1)
    ORDER BY no LIMIT 1`,
  signalsOf: `SELECT * FROM signals WHERE task = :task
    UNION SELECT s.* FROM signals_taken t JOIN signals s ON s.no = t.signal WHERE t.task = :task ORDER BY no`,
  takenBy: 'SELECT task, ref, signal FROM signals_taken WHERE task = ?',
  countSignalsOfTenant: 'SELECT count(*) FROM (SELECT 1 FROM signals WHERE tenant = ? LIMIT ?)',
  countSignalsOfTask: 'SELECT count(*) FROM (SELECT 1 FROM signals WHERE task = ? LIMIT ?)',
  putSignalWave: 'INSERT OR REPLACE INTO signal_waves VALUES (?, ?, ?)',
  endSignalWave: 'DELETE FROM signal_waves WHERE signal = ?',
  signalWaves: 'SELECT signal, task, ref FROM signal_waves ORDER BY signal',

  putChildWave: 'INSERT OR REPLACE INTO child_waves VALUES (?, ?, ?, ?, ?)',
  endChildWave: 'DELETE FROM child_waves WHERE task = ? AND ref = ? AND verb = ?',
  childWaves: 'SELECT task, ref, verb, after, upto FROM child_waves ORDER BY task, ref, verb',

  appendJournal: 'INSERT INTO journal (task, seq, count, entries) VALUES (?, ?, ?, ?)',
  journalPage: 'SELECT * FROM journal WHERE task = ? AND seq > ? ORDER BY seq LIMIT ?',
  journalRowOf: 'SELECT max(seq) FROM journal WHERE task = ? AND seq <= ?',
  journalSince: `SELECT j.*, t.id, t.tenant, t.workflow FROM journal j JOIN tasks t ON t.no = j.task
    WHERE j.pos > ? ORDER BY j.pos LIMIT ?`,
  lastSeq: 'SELECT seq + count - 1 FROM journal WHERE task = ? ORDER BY seq DESC LIMIT 1',
  journalBytes: 'SELECT total(octet_length(entries)) FROM journal WHERE task = ?',
  lastJournalPos: 'SELECT max(pos) FROM journal',

  putDependency: `INSERT INTO dependencies VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET on_task = excluded.on_task`,
  hasDependencies: 'SELECT EXISTS (SELECT 1 FROM dependencies)',
  dependenciesOf: 'SELECT * FROM dependencies WHERE task = ? ORDER BY position',
  dependentsOf: 'SELECT * FROM dependencies WHERE on_task = ? ORDER BY task, position',
  unresolvedDependencies:
    'SELECT * FROM dependencies WHERE tenant = ? AND name = ? AND on_task IS NULL ORDER BY task, position',

  insertWebhook: `INSERT INTO webhooks
    VALUES (:id, :task, :ref, :tenant, :type, :url, :body, :status, :created_at)`,
  setWebhookStatus: 'UPDATE webhooks SET status = ? WHERE task = ? AND ref = ?',
  webhook: 'SELECT * FROM webhooks WHERE id = ?',
  webhookOfActor: 'SELECT * FROM webhooks WHERE task = ? AND ref = ?',
  countWebhooksOf: 'SELECT count(*) FROM webhooks WHERE task = ?',
  webhooks: `SELECT * FROM webhooks WHERE (:tenant IS NULL OR tenant = :tenant)
    AND (:status IS NULL OR status = :status) ORDER BY created_at DESC, id LIMIT :limit`,
  webhookCounts: `SELECT status, count(*) AS count FROM webhooks WHERE @tenant IS NULL OR tenant = @tenant
    GROUP BY status`,

  setAside: 'INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?, ?)',
  silence: 'UPDATE actors SET due_at = NULL, queue = NULL, awaits = NULL WHERE task = ? AND ref = ?',
  isSetAside: 'SELECT 1 FROM set_aside WHERE task = ? AND ref = ?',
  setAsidesOf: 'SELECT * FROM set_aside WHERE task = ? ORDER BY ref',
  countSetAsides: 'SELECT count(*) FROM set_aside',
} as const;

export type Statements = Readonly<Record<keyof typeof SQL, Statement<unknown[]>>>;

export function prepare(db: Connection): Statements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(entries) as Statements;
}
