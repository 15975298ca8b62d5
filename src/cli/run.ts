/**
 * `troupe run`: a workflow file run to its end in this process, one task an input. Whatever can be wrong with the
 * file, the input or the handlers is told before the first task starts.
 */

import { Console } from 'node:console';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { HostedHandler } from '../worker/host/messages.ts';
import { DEFAULT_CONCURRENCY } from '../worker/job.ts';
import { isBuiltIn } from '../workflow/built-in.ts';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import { FORMATS_TEXT, formatOf } from '../workflow/file-format.ts';
import { meantHandler } from '../workflow/meant-handler.ts';
import { Failure } from './failure.ts';
import { isFolder } from './installation.ts';
import { ISOLATION_HELP } from './server-options.ts';
import { requireSqlite } from './sqlite.ts';

export interface RunOptions {
  readonly input?: string;
  readonly handlers?: readonly string[];
  readonly record?: true;
  readonly db?: string;
  readonly isolation?: string;
  readonly concurrency?: string;
  readonly env?: string;
  readonly json?: true;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .argument('<file>', `a workflow: ${FORMATS_TEXT}`)
    .summary('run a workflow file to its end')
    .description(
      'Runs a workflow file to its end in this process, one task for each input, and shows how it goes. A step that ' +
        'sleeps is waited for; a workflow that waits for signals or people is for a server, and refused.\n' +
        'Exits 0 when every task is complete, 1 when one is not, 2 when nothing was started.',
    )
    .option(
      '--input <json>',
      'JSON, @FILE.json, @FILE.jsonl or -: an object, an array of them, or one a line',
    )
    .option(
      '--handlers <folder>',
      'handler files; repeatable, or separated by commas; "handlers" beside FILE unless given (TROUPE_HANDLERS)',
      append,
    )
    .option('--record', 'add a row for each executed step to the record of the runbook, when all has ended')
    .option(
      '--db <file>',
      'keep the tasks in a store: the same command again goes on where it was interrupted',
    )
    .option('--isolation <how>', ISOLATION_HELP)
    .option('--concurrency <n>', `attempts at once; ${DEFAULT_CONCURRENCY} unless given (TROUPE_CONCURRENCY)`)
    .option('--env <name>', 'which of the environments of the file counts (TROUPE_ENV)')
    .option('--json', 'print each task as a line of JSON when it has ended')
    .action(run);
}

function append(entry: string, before: readonly string[] = []): readonly string[] {
  return [...before, entry];
}

async function run(file: string, options: RunOptions): Promise<void> {
  await requireSqlite();
  // Not above: the other commands start sooner without them.
  const [{ readWorkflow }, { refuseWaits }, { inputsOf }, { openHandlerFiles }, { execute }, { pino }] =
    await Promise.all([
      import('./run/workflow.ts'),
      import('./run/waits.ts'),
      import('./run/inputs.ts'),
      import('./handler-files.ts'),
      import('./run/execute.ts'),
      import('pino'),
    ]);
  const { db, concurrency, folders, isolation, allow } = await settingsOf(file, options);
  const { workflow, source } = readWorkflow(file, options.env);
  refuseWaits(workflow);
  if (options.record) await checkRecord(file);
  const inputs = options.input === undefined ? null : inputsOf(options.input, workflow);
  // Handlers print to standard error: standard output is for the results of the run.
  globalThis.console = new Console(process.stderr);
  const files = await openHandlerFiles({
    groups: [folders],
    isolation,
    printsToStderr: true,
    log: pino({ level: 'warn' }, pino.destination(2)),
  });
  try {
    checkHandlers(workflow, files.served, folders);
    await execute({
      file,
      workflow,
      source,
      files,
      inputs,
      inputIfNew: () => inputsOf(undefined, workflow),
      db,
      concurrency,
      allow,
      isRecorded: options.record === true,
      isJson: options.json === true,
      again: () => commandAgain(file, options),
    });
  } finally {
    await files.use.host.close();
  }
}

/** The settings `run` shares with a server. A store is never the environment's: a run has one of its own or none. */
async function settingsOf(file: string, { db, handlers, concurrency, isolation }: RunOptions) {
  const { readConfig } = await import('./config.ts');
  const { TROUPE_HANDLERS, TROUPE_CONCURRENCY, TROUPE_ISOLATION, TROUPE_WEBHOOK_ALLOW } = process.env;
  const { config, problems } = readConfig({
    flags: {
      ...(db === undefined ? {} : { db }),
      ...(handlers === undefined ? {} : { handlers }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(isolation === undefined ? {} : { isolation }),
    },
    env: { TROUPE_HANDLERS, TROUPE_CONCURRENCY, TROUPE_ISOLATION, TROUPE_WEBHOOK_ALLOW },
    defaults: { db: ':memory:', webhookAllow: [] },
    insecure: true,
  });
  if (problems.length > 0) {
    const notes = problems.map((problem) => `  ${problem}`);
    throw new Failure('the options cannot be used:', { exitCode: 2, notes });
  }
  const beside = join(dirname(file), 'handlers');
  const found = isFolder(beside) ? [beside] : [];
  return {
    db: config.db.value,
    concurrency: config.concurrency.value,
    isolation: config.isolation.value,
    allow: config.webhookAllow.value,
    folders: config.handlers.from === 'default' ? found : config.handlers.value,
  };
}

function checkHandlers(
  { definition }: CompiledWorkflow,
  handlers: readonly HostedHandler[],
  folders: readonly string[],
): void {
  const known = new Set(handlers.map(({ name }) => name));
  const missing = definition.steps.filter(({ handler }) => !isBuiltIn(handler) && !known.has(handler));
  if (missing.length === 0) return;
  const where = folders.length === 0 ? 'no handlers were given' : `not in ${folders.join(', ')}`;
  throw new Failure(
    `nobody can do ${missing.length === 1 ? 'a step' : `${missing.length} steps`}: ${where}`,
    {
      exitCode: 2,
      notes: [
        ...missing.map(({ name, handler }) => {
          const meant = meantHandler(handler, known);
          return `  step "${name}" needs the handler ${handler}${meant === null ? '' : `; ${meant}`}`;
        }),
        'A handler is a file NAME.ts or NAME.js that exports a function by default, in a folder given by --handlers.',
      ],
    },
  );
}

async function checkRecord(file: string): Promise<void> {
  const { checkRecordable } = await import('./run/record.ts');
  if (formatOf(file) === 'markdown') return checkRecordable(file);
  throw new Failure('--record: only a Markdown runbook keeps a record', { exitCode: 2 });
}

/** Returns the command that goes on with an interrupted run; its input is in the store. */
function commandAgain(
  file: string,
  { db, handlers = [], concurrency, isolation, env, record, json }: RunOptions,
): string {
  const words = [
    'troupe',
    'run',
    file,
    ...(db === undefined ? [] : ['--db', db]),
    ...handlers.flatMap((folder) => ['--handlers', folder]),
    ...(concurrency === undefined ? [] : ['--concurrency', concurrency]),
    ...(isolation === undefined ? [] : ['--isolation', isolation]),
    ...(env === undefined ? [] : ['--env', env]),
    ...(record ? ['--record'] : []),
    ...(json ? ['--json'] : []),
  ];
  return words.map(shellWord).join(' ');
}

const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
