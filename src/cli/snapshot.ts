/** `troupe snapshot …`: tasks out of a store and into another, whether they are sound, and as they once were. */

import { existsSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { TASK_STATUSES } from '../views/statuses.ts';
import { Failure } from './failure.ts';
import { printFindings } from './findings.ts';
import { colorsFor, plain, print, printJson, say } from './output.ts';
import { addStoreOption, type StoreOption } from './store-option.ts';

interface ExportFlags extends StoreOption {
  readonly task?: readonly string[];
  readonly status?: readonly string[];
  readonly all?: true;
  readonly journal: boolean;
}

interface RestoreFlags extends StoreOption {
  readonly skipExisting?: true;
  readonly partial?: true;
  readonly allowMissing?: true;
  readonly json?: true;
}

interface VerifyFlags extends StoreOption {
  readonly json?: true;
}

export function addSnapshot(program: Command): void {
  const snapshot = program
    .command('snapshot')
    .description('Exports, restores and verifies tasks as JSON lines; none of it needs a server.');
  addExport(snapshot);
  addRestore(snapshot);
  const verify = snapshot
    .command('verify')
    .argument('[file]', 'a file of snapshots; without it, the store')
    .description(
      'Opens every snapshot in its machine, replays every journal, checks counters, queues and timers.',
    )
    .option('--json', 'print {"tasks":…,"findings":[…]}')
    .addHelpText('after', '\nExits 1 if something was found. A store may be in use meanwhile.');
  addStoreOption(verify).action(runVerify);

  const at = snapshot
    .command('at')
    .argument('<task>', 'its id')
    .argument('[seq]', 'after this entry of its history; without it, the last')
    .description('A task and its steps as they were, as XState snapshots in JSON.');
  addStoreOption(at).action(runAt);
}

function addExport(snapshot: Command): void {
  const command = snapshot
    .command('export')
    .description('Prints tasks as JSON lines: a header, then a line each with everything it needs to go on.')
    .option('--task <id...>', 'only these')
    .option('--status <status...>', `only those in these states: ${TASK_STATUSES.join(', ')}`)
    .option('--all', 'all tasks of the store, as without --task and --status')
    .option('--no-journal', 'without their histories: smaller, and they go on all the same');
  addStoreOption(command)
    .addHelpText(
      'after',
      '\nAll lines are of one moment, and the store may be in use. A task that goes on in two stores does' +
        '\neverything twice: stop the first server before a second one gets what was exported.',
    )
    .action(runExport);
}

function addRestore(snapshot: Command): void {
  const command = snapshot
    .command('restore')
    .argument('<file>', 'what export printed')
    .description(
      'Puts tasks into a store, a new one if it is not there; the next server on it goes on with them.',
    )
    .option('--skip-existing', 'leave tasks that are in the store as they are there')
    .option('--partial', 'restore what can be restored, and list the rest')
    .option(
      '--allow-missing',
      'tasks may depend on tasks that are nowhere, and wait for new ones of that name',
    )
    .option('--json', 'print {"restored":…,"skipped":[…],"problems":[…]}');
  addStoreOption(command)
    .addHelpText(
      'after',
      '\nAll or nothing, unless --partial is said; exits 1 when something was not restored.',
    )
    .action(runRestore);
}

async function runExport({ db, task, status, all, journal }: ExportFlags): Promise<void> {
  const chosen = [task, status, all].filter((choice) => choice !== undefined).length;
  if (chosen > 1) throw new Failure('give at most one of --task, --status and --all', { exitCode: 2 });
  const unknown = (status ?? []).filter((name) => !TASK_STATUSES.some((known) => known === name));
  if (unknown.length > 0) {
    const message = `no task is ever ${unknown.join(' or ')}; the states are ${TASK_STATUSES.join(', ')}`;
    throw new Failure(message, { exitCode: 2 });
  }
  const { exportTasks } = await import('../recovery/export.ts');
  await withStore(db, async (store) => {
    const lines = exportTasks(store, {
      ...(task === undefined ? {} : { ids: task }),
      ...(status === undefined ? {} : { statuses: status }),
      journal,
      now: Date.now(),
    });
    await pipeline(Readable.from(withBreaks(lines)), process.stdout, { end: false });
  });
}

function* withBreaks(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

async function runRestore(file: string, flags: RestoreFlags): Promise<void> {
  const { restore } = await import('../recovery/restore.ts');
  const { SqliteStore } = await import('../store/sqlite-store.ts');
  const isNew = !existsSync(flags.db);
  const store = new SqliteStore(flags.db);
  let isRestored = false;
  try {
    const { restored, skipped, problems } = restore(store, file, {
      skipExisting: flags.skipExisting === true,
      partial: flags.partial === true,
      allowMissing: flags.allowMissing === true,
    });
    isRestored = true;
    if (problems.length > 0) process.exitCode = 1;
    if (flags.json) return printJson({ restored, skipped, problems });
    print(`${plain(flags.db)}: ${restored} tasks restored, ${skipped.length} left as they are there`);
    for (const { line, taskId, problem } of problems)
      say(`line ${line}: ${taskId === null ? '' : `task ${plain(taskId)}: `}${plain(problem)}`);
  } finally {
    store.close();
    // A server started on what is left would take it for a store that has lost everything.
    if (isNew && !isRestored) for (const part of ['', '-lock']) rmSync(flags.db + part, { force: true });
  }
}

async function runVerify(file: string | undefined, { db, json }: VerifyFlags): Promise<void> {
  const { verifyFile, verifyStore } = await import('../recovery/verify.ts').then(async (verify) => ({
    ...verify,
    ...(await import('../recovery/verify-file.ts')),
  }));
  const verified =
    file === undefined ? await withStore(db, async (store) => verifyStore(store)) : verifyFile(file);
  if (verified.findings.length > 0) process.exitCode = 1;
  if (json) return printJson(verified);
  const { green, red } = colorsFor(process.stderr);
  printFindings(verified.findings, colorsFor(process.stdout), print);
  const count = verified.findings.length;
  const verdict = count === 0 ? green('ok') : red(`${count} ${count === 1 ? 'problem' : 'problems'}`);
  say(`${plain(file ?? db)}, ${verified.tasks} tasks: ${verdict}`);
}

async function runAt(id: string, seq: string | undefined, { db }: StoreOption): Promise<void> {
  const number = seq === undefined ? null : /^[1-9]\d{0,14}$/.test(seq) ? Number(seq) : Number.NaN;
  if (Number.isNaN(number))
    throw new Failure(`"${seq}" is not the number of a history entry`, { exitCode: 2 });
  const { taskAt } = await import('../recovery/at.ts');
  await withStore(db, async (store) => printJson(taskAt(store, id, number)));
}

type SqliteStore = import('../store/sqlite-store.ts').SqliteStore;

async function withStore<T>(db: string, use: (store: SqliteStore) => Promise<T>): Promise<T> {
  // Not above: the other commands start sooner without it.
  const { SqliteStore } = await import('../store/sqlite-store.ts');
  const store = new SqliteStore(db, { readOnly: true });
  try {
    return await use(store);
  } finally {
    store.close();
  }
}
