/** This module runs every command. It exits with 0 on success, 1 when something was refused or failed, 2 on wrong usage. */

import { Command, CommanderError } from 'commander';
import { Refusal } from '../errors.ts';
import { addApprovals } from './approvals.ts';
import { addBackup } from './backup.ts';
import { addDev } from './dev.ts';
import { addDiagram } from './diagram.ts';
import { addDoctor } from './doctor.ts';
import { Failure } from './failure.ts';
import { version } from './installation.ts';
import { addKeys } from './keys.ts';
import { addMachines } from './machines.ts';
import { colorsFor, plain, say } from './output.ts';
import { addPrune } from './prune.ts';
import { addRun } from './run.ts';
import { addServe } from './serve.ts';
import { addSessions } from './sessions.ts';
import { addSignal } from './signal.ts';
import { addSnapshot } from './snapshot.ts';
import { addSubmit } from './submit.ts';
import { addSummary } from './summary.ts';
import { addTasks } from './tasks.ts';
import { addValidate } from './validate.ts';
import { addWorker } from './worker.ts';
import { addWorkflows } from './workflows.ts';

/** `argv` as in `process.argv`. Never rejects: it says what went wrong, and sets the exit code. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function createProgram(): Command {
  const program = new Command('troupe')
    .description('Runs tasks made of steps, and survives anything short of losing its disk.')
    .version(version())
    // After a command, --version is the command's own.
    .enablePositionalOptions()
    .exitOverride()
    // It repeats arguments as they came, and scripts may pass what a stranger wrote.
    .configureOutput({ writeErr: (text) => process.stderr.write(linesOf(text)) })
    .showHelpAfterError('(add --help for what it takes)');
  addDev(program);
  addServe(program);
  addWorker(program);
  addSubmit(program);
  addTasks(program);
  addApprovals(program);
  addSignal(program);
  addWorkflows(program);
  addSessions(program);
  addSummary(program);
  addValidate(program);
  addRun(program);
  addDiagram(program);
  addMachines(program);
  addSnapshot(program);
  addBackup(program);
  addPrune(program);
  addDoctor(program);
  addKeys(program);
  return program;
}

/** Says what went wrong; the exit code for it. */
function report(error: unknown): number {
  // Commander has printed its message, or the help or version that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { red } = colorsFor(process.stderr);
  const tell = (message: string, notes: readonly string[]) =>
    say([`${red('troupe:')} ${linesOf(message)}`, ...notes.map(linesOf)].join('\n'));
  if (error instanceof Failure) {
    tell(error.message, error.notes);
    return error.exitCode;
  }
  if (error instanceof Refusal) {
    const faults = error.faults.map(({ pointer, message }) => `  ${pointer}: ${message}`);
    tell(`${error.message} (${error.code})`, faults);
    return error.kind === 'invalid' ? 2 : 1;
  }
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error), []);
  return 1;
}

const linesOf = (text: string): string => text.split('\n').map(plain).join('\n');
