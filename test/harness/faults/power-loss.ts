/**
 * Power losses at many moments of a recording. Each disk that may be found afterwards is opened by the real engine:
 * whole, with every task that was acknowledged and every fact that was told, and its journals replay to its snapshots.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { damageOf } from '../../../src/recovery/damage.ts';
import { examineStore } from '../../../src/recovery/doctor.ts';
import { createTroupe } from '../../../src/troupe.ts';
import type { Fact } from '../../../src/views/tasks.ts';
import { Findings } from '../kill/findings.ts';
import { inspect } from '../kill/inspect.ts';
import { Random } from '../kill/random.ts';
import { Disk } from './disk.ts';
import type { Recording } from './recording.ts';

export interface PowerLossOptions {
  readonly recording: Recording;
  readonly seed: number;
  /** How many power losses to try. */
  readonly cuts: number;
  /** The number after which the server starts again and works to the end. */
  readonly runs: number;
  /** An empty folder. */
  readonly folder: string;
  /** The sabotage: the disk says it has synced this file and has not. */
  readonly lies?: (path: string) => boolean;
}

export interface PowerLossReport {
  readonly counts: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

export async function losePower(options: PowerLossOptions): Promise<PowerLossReport> {
  const { recording, seed, cuts, runs, folder, lies = () => false } = options;
  const random = new Random(seed);
  const moments = momentsOf(recording, cuts, random);
  const violations: string[] = [];
  const told = { acknowledged: new Set<string>(), facts: [] as Fact[] };
  const disk = new Disk();
  let toRun = runs;
  let losses = 0;
  for (const [at, event] of recording.events.entries()) {
    if (event.kind === 'told') {
      for (const id of event.acknowledged) told.acknowledged.add(id);
      told.facts.push(...event.facts);
    } else if (event.kind !== 'sync' || !lies(event.path)) disk.apply(event);
    const times = moments.get(at) ?? 0;
    for (let time = 0; time < times; time++) {
      mkdirSync(folder, { recursive: true });
      for (const [path, bytes] of disk.lose(random)) writeFileSync(join(folder, basename(path)), bytes);
      const db = join(folder, basename(recording.db));
      const found = look(db, told);
      const isChosen = toRun > 0 && told.facts.length > 0 && random.chance((2 * runs) / cuts);
      if (isChosen && found.length === 0) {
        toRun--;
        found.push(...(await runOn(db, told.facts)));
      }
      if (found.length > 0) losses++;
      violations.push(...found.map((problem) => `after event ${at}: ${problem}`));
      rmSync(folder, { recursive: true });
    }
  }
  return {
    counts: {
      'power losses': cuts,
      'of them with a loss': losses,
      'run to the end': runs - toRun,
      'calls on the store': recording.events.filter(({ kind }) => kind !== 'told').length,
      syncs: recording.events.filter(({ kind }) => kind === 'sync').length,
      'tasks acknowledged': told.acknowledged.size,
      'facts told': told.facts.length,
    },
    violations,
  };
}

/** After how many events, and how often: half of them when something had just been told, the others anywhere. */
function momentsOf({ events }: Recording, cuts: number, random: Random): Map<number, number> {
  const tellings = events.flatMap(({ kind }, index) => (kind === 'told' ? [index] : []));
  const moments = new Map<number, number>();
  for (let cut = 0; cut < cuts; cut++) {
    const at = (cut % 2 === 0 ? random.pick(tellings) : undefined) ?? random.between(0, events.length - 1);
    moments.set(at, (moments.get(at) ?? 0) + 1);
  }
  return moments;
}

interface Observed {
  readonly acknowledged: ReadonlySet<string>;
  readonly facts: readonly Fact[];
}

function look(db: string, { acknowledged, facts }: Observed): string[] {
  const findings = new Findings();
  try {
    // As it was found: opening it for good puts its log in order.
    const ailments = acknowledged.size === 0 ? [] : examineStore(db, Date.now()).ailments;
    if (ailments.length > 0)
      return ailments.map(({ code, problem }) => `the doctor finds ${code}: ${problem}`);
    inspect(db, { acknowledged, facts, log: [], dueTimes: new Map() }, findings);
    return [...damageOf(db), ...findings.violations];
  } catch (error) {
    return [`it cannot be opened: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Lets a server work until all tasks have ended; no step is executed that was told to be complete. */
async function runOn(db: string, facts: readonly Fact[]): Promise<string[]> {
  const complete = new Set(
    facts.filter(({ fact }) => fact === 'complete').map(({ taskId, actor }) => `${taskId} ${actor}`),
  );
  const problems: string[] = [];
  const run = ({ taskId, step }: { taskId: string; step: string }): string => {
    const what = `${taskId} step:${step}`;
    if (complete.has(what)) problems.push(`executed again: ${what}`);
    return step;
  };
  const troupe = await createTroupe({ db, handlers: [{ name: 'Work', run, concurrency: null }] });
  const open = (): number => {
    const { pending, running, retrying } = troupe.health().tasks;
    return pending + running + retrying;
  };
  const late = AbortSignal.timeout(20_000);
  if (open() > 0) {
    for await (const { fact } of troupe.events({ tenantId: null, after: '0-0', signal: late }))
      if (fact.actor === 'task' && open() === 0) break;
  }
  const { failed } = troupe.health().tasks;
  if (open() + failed > 0) problems.push(`${open()} tasks have not ended, ${failed} failed`);
  await troupe.close({ graceMs: 0 });
  const again = look(db, { acknowledged: new Set(), facts });
  return [...problems, ...again];
}
