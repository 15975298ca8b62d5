/**
 * Breaks a copy of the engine, one line at a time, and runs the crash matrix on it: a harness that finds nothing in a
 * broken engine would find nothing in a sound one.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Replacement {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The scenario that finds it. */
  readonly scenario: string;
}

export const SABOTAGES: Readonly<Record<string, Replacement>> = {
  'the attempt token is not checked': {
    file: 'machines/step.js',
    from: "!('token' in event) || event.token === context.token",
    to: 'true || event.type === context.token',
    scenario: 'late outcome',
  },
  'jobs leave before the commit': {
    file: 'src/kernel/engine.js',
    from: 'written = batch.commit();',
    to: `batch.committed(this.#timers);
        this.#gate.dispatch([...batch.attempts.dispatches.values()]);
        written = batch.commit();`,
    scenario: 'retry',
  },
  'a step starts one dependency early': {
    file: 'machines/task-counts.js',
    from: 'countOf(met, step) + 1 === needs &&',
    to: 'countOf(met, step) + 1 === Math.max(1, needs - 1) &&',
    scenario: 'parallel join',
  },
  'a signal that comes early is thrown away': {
    file: 'src/kernel/waits.js',
    from: 'batch.later(() => offerKept(batch, wait));',
    to: 'void offerKept;',
    scenario: 'a signal before the wait',
  },
  'a task takes a signal twice': {
    file: 'src/kernel/signals.js',
    from: 'batch.draft.signals.take({ task, ref: refOf(wait), signal: no, at });',
    to: 'void [task, no, refOf];',
    scenario: 'one signal ends one of two waits',
  },
  'a sleep is forgotten at a restart': {
    file: 'src/kernel/actor.js',
    from: 'due_at: isRunningAttempt(actor) ? null : dueAt,',
    to: "due_at: isRunningAttempt(actor) || actor.kind === 'wait' ? null : dueAt,",
    scenario: 'sleep',
  },
  'the deadline of a task ends no step of it': {
    file: 'machines/task-deadline.js',
    from: "export const atDeadline = ['passDeadline', 'expireSteps'];",
    to: "export const atDeadline = ['passDeadline'];",
    scenario: 'deadline',
  },
  'a child is spawned twice': {
    file: 'src/kernel/children.js',
    from: 'spawnChild(batch, wait, plan, index, 0);',
    to: '{ spawnChild(batch, wait, plan, index, 0); spawnChild(batch, wait, plan, index, 0); }',
    scenario: 'child',
  },
  'a map spawns one child more than may work at once': {
    file: 'machines/wait-children.js',
    from: 'Math.min(window - open - told, total - next, wave)',
    to: 'Math.min(window + 1 - open - told, total - next, wave)',
    scenario: 'a child for each element',
  },
  'the children of a cancelled task work on': {
    file: 'src/kernel/child-waves.js',
    from: 'tellChild(batch, wait, child.no, wave.verb);',
    to: "if (wave.verb !== 'cancel') tellChild(batch, wait, child.no, wave.verb);",
    scenario: 'verbs reach the child',
  },
  'a compensation runs out of order': {
    file: 'src/workflow/compensations.js',
    from: 'const steps = [...waits].map(([index, after]) => toStep(written[index], after.map(nameOf)));',
    to: 'const steps = [...waits].map(([index]) => toStep(written[index], [])); void nameOf;',
    scenario: 'compensation',
  },
  'what an attempt that was cut off may have done is not taken back': {
    file: 'machines/step-stopping.js',
    from: "return { unknown: true, stopping: { as: 'cancelled' } };",
    to: "return { stopping: { as: 'cancelled' } };",
    scenario: 'a child is taken back',
  },
  'what was sent is not sent again after a crash': {
    file: 'src/kernel/resume.js',
    from: 'const running = attemptsAmong(store.runningActors(AT_REST));',
    to: 'const running = attemptsAmong(store.runningActors(AT_REST)).slice(0, 0);',
    scenario: 'retry',
  },
};

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Compiled: what is copied is started at once. */
const COPIED = ['src', 'machines', 'test'] as const;

/** Runs a scenario of the crash matrix in a broken copy, made in an empty folder; true if it found something. */
export async function isCaught(sabotage: string, folder: string): Promise<boolean> {
  const replacement = SABOTAGES[sabotage];
  if (replacement === undefined) throw new Error(`there is no sabotage called ${sabotage}`);
  const filter = (path: string): boolean => !path.endsWith('.d.ts');
  for (const part of COPIED)
    cpSync(join(ROOT, 'dist', part), join(folder, part), { recursive: true, filter });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { file, from, to, scenario } = replacement;
  const path = join(folder, file);
  const sound = readFileSync(path, 'utf8');
  const places = sound.split(from).length - 1;
  if (places !== 1) throw new Error(`${file} has the line to break ${places} times: ${from}`);
  writeFileSync(
    path,
    sound.replace(from, () => to),
  );
  const args = ['test/harness/simulate.js', '--seeds', '0', '--until-found', '--scenario', scenario];
  const run = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const output: Buffer[] = [];
  run.stderr.on('data', (data: Buffer) => output.push(data));
  const [code] = (await once(run, 'exit')) as [number | null];
  const text = Buffer.concat(output).toString();
  // A copy that does not even start has not been caught by the harness.
  if (code !== 0 && !text.includes(FOUND)) throw new Error(`it did not run: ${text}`);
  return code === 1;
}

/** In what is said of every finding, so that one can be told from a program that failed. */
export const FOUND = 'found:';
