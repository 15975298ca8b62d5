/**
 * Checks the rules that hold for a store whenever its process may have died. It reads the file alone, with what
 * its parent was told and what its handlers logged.
 */

import { isDeepStrictEqual } from 'node:util';
import { WITHIN } from '../../../machines/step-time.ts';
import { DEADLINE } from '../../../machines/task-deadline.ts';
import { replay } from '../../../src/history/replay.ts';
import { actorName, type TaskEntry } from '../../../src/kernel/actor.ts';
import { ActorCache } from '../../../src/kernel/actor-cache.ts';
import { readContext } from '../../../src/kernel/context-format.ts';
import { entriesOf, type JournalEntry } from '../../../src/kernel/journal.ts';
import { policyOf } from '../../../src/kernel/task-effects.ts';
import { addressOf } from '../../../src/store/address.ts';
import { listTasks } from '../../../src/store/list-tasks.ts';
import type { ActorRow, TaskRow } from '../../../src/store/rows.ts';
import { SqliteStore } from '../../../src/store/sqlite-store.ts';
import type { Fact } from '../../../src/views/tasks.ts';
import { compileWorkflow } from '../../../src/workflow/compile.ts';
import type { WorkflowDefinition } from '../../../src/workflow/definition.ts';
import { WorkflowRegistry } from '../../../src/workflow/registry.ts';
import { checkDeadlines } from './deadlines.ts';
import type { Findings } from './findings.ts';
import type { LogLine } from './protocol.ts';

/** As XState calls the timers of states. */
const DELAY = 'xstate.after.delay.task.pending';
const BACKOFF = 'xstate.after.backoff.step.retrying.backoff';

/** The outside saw this of it. */
export interface Seen {
  readonly acknowledged: Iterable<string>;
  readonly facts: readonly Fact[];
  readonly log: readonly LogLine[];
  /** Due times of earlier inspections, by task, actor and attempt. */
  readonly dueTimes: Map<string, number>;
}

interface Inspected {
  readonly entry: TaskEntry;
  readonly status: string;
  readonly key: string | null;
  readonly actors: readonly ActorRow[];
  /** Its index is its number less one. */
  readonly journal: readonly JournalEntry[];
}

export interface Inspection {
  /** By task id, of all tasks in the store. */
  readonly statuses: ReadonlyMap<string, string>;
  /** How many were in the middle of what. */
  readonly underWay: Readonly<Record<string, number>>;
}

export function inspect(path: string, seen: Seen, findings: Findings): Inspection {
  const store = new SqliteStore(path);
  try {
    const tasks = new Map(readTasks(store).map((task) => [task.entry.id, task]));
    for (const id of seen.acknowledged) findings.check('lost', tasks.has(id), () => id);
    for (const { taskId, seq, fact } of seen.facts) {
      const known = tasks.get(taskId)?.journal[seq - 1]?.k === fact;
      findings.check('fact', known, () => `${taskId} ${seq} ${fact}`);
    }
    const logs = new Map<string, LogLine[]>([...tasks.keys()].map((id) => [id, []]));
    for (const line of seen.log) {
      findings.check('execution', tasks.has(line.taskId), () => line.taskId);
      logs.get(line.taskId)?.push(line);
    }
    const keys = new Set<string>();
    for (const task of tasks.values()) {
      const { id } = task.entry;
      if (task.key !== null) findings.check('doubled', !keys.has(task.key), () => `${task.key}`);
      keys.add(task.key ?? id);
      checkSnapshots(store, task, findings);
      checkTimers(task, seen.dueTimes, findings);
      checkAttempts(task, logs.get(id) ?? [], findings);
      checkDeadlines(task.entry, task.journal, findings);
    }
    return {
      statuses: new Map([...tasks.values()].map(({ entry, status }) => [entry.id, status])),
      underWay: underWayIn([...tasks.values()].flatMap(({ actors }) => actors)),
    };
  } finally {
    store.close();
  }
}

function readTasks(store: SqliteStore): Inspected[] {
  const registry = new WorkflowRegistry();
  for (const { definition } of store.workflows()) {
    registry.add(compileWorkflow(JSON.parse(definition) as WorkflowDefinition));
  }
  const cache = new ActorCache(store, registry);
  return familiesIn(store).map((row) => ({
    entry: cache.entryOf(row),
    status: row.status,
    key: row.idempotency_key,
    actors: store.actors(row.no),
    journal: [...store.journal(row.no)].flatMap(entriesOf),
  }));
}

/** Each task with its children, and theirs. */
function familiesIn(store: SqliteStore, parent?: number): TaskRow[] {
  const filter = { limit: Number.MAX_SAFE_INTEGER, ...(parent === undefined ? {} : { parent }) };
  return listTasks(store, filter).flatMap((row) => [row, ...familiesIn(store, row.no)]);
}

function underWayIn(actors: readonly ActorRow[]): Record<string, number> {
  const count = (is: (actor: ActorRow) => boolean): number => actors.filter(is).length;
  return {
    'attempts running': count(({ ref, state }) => ref > 0 && state === 'running'),
    'attempts queued': count(({ queue }) => queue !== null),
    'steps backing off': count(({ ref, state }) => ref > 0 && state === 'retrying.backoff'),
    'tasks delayed': count((actor) => isPending(actor) && isDelayed(actor)),
    'tasks waiting for tasks': count((actor) => isPending(actor) && !isDelayed(actor)),
  };
}

const isPending = ({ ref, state }: ActorRow): boolean => ref === 0 && state === 'pending';
const isDelayed = ({ timers }: ActorRow): boolean => timers?.includes(DELAY) === true;

function checkSnapshots(store: SqliteStore, { entry, actors, journal }: Inspected, findings: Findings): void {
  const replayed = replay(store.journal(entry.no));
  for (const { ref, state, context } of actors) {
    const again = replayed.get(ref);
    const holds =
      again !== undefined &&
      again.state === state &&
      isDeepStrictEqual(JSON.parse(JSON.stringify(again.context)), readContext(context));
    findings.check(
      'snapshot',
      holds,
      () => `${entry.id} ${actorName(entry, addressOf(entry.no, ref))}, ${journal.length} entries`,
    );
  }
}

/** A wait that was chosen once ends when it was chosen to end, however many processes it outlives. */
function checkTimers(
  { entry, actors, journal }: Inspected,
  dueTimes: Map<string, number>,
  findings: Findings,
): void {
  for (const { ref, state, context, due_at, timers } of actors) {
    const { startAt, retryAt, attempt = 0 } = readContext(context) as Partial<Record<string, number>>;
    const who = `${entry.id} ${actorName(entry, addressOf(entry.no, ref))} ${attempt}`;
    const armed = JSON.parse(timers ?? '{}') as Readonly<Record<string, number>>;
    if (state === 'retrying.backoff') findings.check('delay', armed[BACKOFF] === retryAt, () => who);
    if (armed[DELAY] !== undefined) findings.check('delay', armed[DELAY] === startAt, () => who);
    if (due_at !== null)
      findings.check('delay', due_at === Math.min(...Object.values(armed)), () => `${who} is due otherwise`);
    // The timeout of an attempt begins anew when it is sent again.
    if (state === 'running') continue;
    for (const [type, dueAt] of Object.entries(armed)) {
      // With each retry these do as well.
      if (type === DEADLINE || type === WITHIN) continue;
      findings.check('delay', dueAt === (dueTimes.get(`${who} ${type}`) ?? dueAt), () => `${who} moved`);
      dueTimes.set(`${who} ${type}`, dueAt);
    }
  }
  const notBefore = new Map<number, number>();
  for (const { r, e, t, d } of journal) {
    const { startAt } = (e['input'] ?? {}) as { startAt?: number };
    // Without a delay there is no wait to end, and the clock may be set back before it starts.
    if (startAt !== undefined && startAt > e.at) notBefore.set(r, startAt);
    if (d !== undefined) notBefore.set(r, e.at + d);
    // A person does not wait.
    if (e.type === 'step.retry') notBefore.delete(r);
    const due = notBefore.get(r);
    // Once the timer has gone off the wait is over, even if the clock is set back before a worker is free.
    const isOver = t === 'running' || /^xstate\.after\.(backoff|delay)\./.test(e.type);
    if (!isOver || due === undefined) continue;
    findings.check(
      'delay',
      e.at >= due,
      () => `${entry.id} ${actorName(entry, addressOf(entry.no, r))} started early`,
    );
    notBefore.delete(r);
  }
}

interface Sent {
  readonly ref: number;
  times: number;
}

function checkAttempts({ entry, journal }: Inspected, log: readonly LogLine[], findings: Findings): void {
  const sent = new Map<string, Sent>();
  const completeAt = new Map<string, number>();
  // Each retry by a person begins a fresh set of attempts.
  const sets = new Map<number, number>();
  for (const { r, e, t, a = 0 } of journal) {
    if (addressOf(entry.no, r).kind !== 'step') continue;
    const step = actorName(entry, addressOf(entry.no, r));
    if (e.type === 'step.retry') sets.set(r, (sets.get(r) ?? 1) + 1);
    const starts = t === 'running' && (e.type === 'step.start' || e.type === 'attempt.lost');
    if (starts) {
      const token = String(e['token']);
      const known = sent.get(token) ?? { ref: r, times: 0 };
      known.times++;
      sent.set(token, known);
      findings.check('again', !completeAt.has(step), () => `${entry.id} ${step} attempt ${a}`);
      const max = (policyOf(entry, r - 1).maxAttempts ?? 3) * (sets.get(r) ?? 1);
      findings.check('attempts', a <= max, () => `${entry.id} ${step} attempt ${a} of ${max}`);
    }
    if (t === 'complete' && !completeAt.has(step)) completeAt.set(step, e.at);
  }
  const executions = new Map<string, number>();
  for (const { step, token, attempt, at, event } of log) {
    if (event !== 'start') continue;
    const what = (): string => `${entry.id} step:${step} attempt ${attempt}`;
    const times = (executions.get(token) ?? 0) + 1;
    executions.set(token, times);
    const allowed = sent.get(token)?.times ?? 0;
    findings.check('execution', allowed > 0, what);
    findings.check('attempts', times <= Math.max(allowed, 1), () => `${what()} executed ${times} times`);
    findings.check('again', at <= (completeAt.get(`step:${step}`) ?? at), what);
  }
}
