/** This module runs every command. It exits with 0 on success, 1 when something was refused or failed, 2 on wrong usage. */

import { Command, CommanderError } from 'commander';
import { Refusal } from '../errors.ts';
import { Failure } from './failure.ts';
import { version } from './installation.ts';
import { colorsFor, plain, say } from './output.ts';

/** A command is loaded when it is asked for; all of them together take three times as long. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  dev: async () => (await import('./dev.ts')).addDev,
  serve: async () => (await import('./serve.ts')).addServe,
  worker: async () => (await import('./worker.ts')).addWorker,
  submit: async () => (await import('./submit.ts')).addSubmit,
  tasks: async () => (await import('./tasks.ts')).addTasks,
  approvals: async () => (await import('./approvals.ts')).addApprovals,
  signal: async () => (await import('./signal.ts')).addSignal,
  workflows: async () => (await import('./workflows.ts')).addWorkflows,
  sessions: async () => (await import('./sessions.ts')).addSessions,
  summary: async () => (await import('./summary.ts')).addSummary,
  validate: async () => (await import('./validate.ts')).addValidate,
  run: async () => (await import('./run.ts')).addRun,
  diagram: async () => (await import('./diagram.ts')).addDiagram,
  machines: async () => (await import('./machines.ts')).addMachines,
  snapshot: async () => (await import('./snapshot.ts')).addSnapshot,
  backup: async () => (await import('./backup.ts')).addBackup,
  prune: async () => (await import('./prune.ts')).addPrune,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  keys: async () => (await import('./keys.ts')).addKeys,
};

/** `argv` as in `process.argv`. Never rejects: it says what went wrong, and sets the exit code. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  try {
    const program = createProgram();
    for (const load of commandsFor(argv[2])) (await load())(program);
    await program.parseAsync(argv);
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
  return program;
}

/** Help, an option or a mistake needs all of them. */
function commandsFor(word = ''): readonly (() => Promise<(program: Command) => void>)[] {
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  return command === undefined ? Object.values(COMMANDS) : [command];
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
