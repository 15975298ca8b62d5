/** `troupe tasks …`: what there is, how it stands, what happened to it, and an operator's verbs, over HTTP. */

import type { Command } from 'commander';
import { TASK_STATUSES } from '../views/statuses.ts';
import { STEP_VERBS, TASK_VERBS, taskVerbs } from '../views/verbs.ts';
import { addServerOptions, Client, pathPart, type ServerOptions, taskPath } from './client.ts';
import { Failure } from './failure.ts';
import { jsonArgument } from './json-argument.ts';
import { secondsArgument } from './number-argument.ts';
import { colorsFor, print, printJson, say } from './output.ts';
import { historyTable, showTask, taskLine, taskTable } from './show.ts';
import { widthOf } from './table.ts';
import { watchTask, watchTaskAsJson } from './watch.ts';

interface PrintOptions extends ServerOptions {
  readonly json?: true;
}

interface ListOptions extends PrintOptions {
  readonly tenant?: string;
  readonly status?: string;
  readonly name?: string;
  readonly correlationId?: string;
  readonly tag?: string;
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

interface VerbOptions extends PrintOptions {
  readonly reason?: string;
  readonly output?: string;
  readonly deadline?: number;
}

export function addTasks(program: Command): void {
  const tasks = program.command('tasks').description('Lists, shows, follows and steers tasks.');
  addReading(tasks);
  addTaskVerbs(tasks);
  addStepVerbs(tasks);
}

function addReading(tasks: Command): void {
  const list = tasks
    .command('list')
    .description('Tasks, newest first.')
    .option('--tenant <id>')
    .option('--status <status>', TASK_STATUSES.join(', '))
    .option('--name <name>', 'of the task; or namespace/name of its workflow')
    .option('--correlation-id <id>')
    .option('--tag <tag>')
    .option('--created-after <time>', 'submitted then or later, as 2026-01-31T09:30:00Z')
    .option('--created-before <time>', 'submitted earlier')
    .option('--limit <n>', 'at most this many; 20 unless given')
    .option('--cursor <cursor>', 'go on after an earlier page')
    .option('--json', 'print {"tasks":[…],"nextCursor":…}');
  addServerOptions(list).action(listTasks);

  const show = tasks
    .command('show')
    .argument('<id>')
    .description('A task: its state, why it is not moving, and its steps.')
    .option('--json', 'print the task as JSON');
  addServerOptions(show).action(showOne);

  const watch = tasks
    .command('watch')
    .argument('<id>')
    .description('Follows a task until it ends; exit 0 if it is complete, 1 if it failed or was cancelled.')
    .option('--json', 'print each fact as a line of JSON');
  addServerOptions(watch).action(async (id: string, options: PrintOptions) => {
    const client = new Client(options);
    const colors = colorsFor(process.stdout);
    if (options.json) await watchTaskAsJson(client, id, colorsFor(process.stderr));
    else await watchTask(client, id, { print, colors });
  });

  const history = tasks
    .command('history')
    .argument('<id>')
    .description('Everything that happened to a task and its steps, oldest first.')
    .option('--json', 'print {"events":[…]}');
  addServerOptions(history).action(async (id: string, options: PrintOptions) => {
    const journal = await new Client(options).history(id);
    if (options.json) printJson(journal);
    else print(historyTable(journal.events, colorsFor(process.stdout), widthOf(process.stdout)));
  });
}

async function listTasks(options: ListOptions): Promise<void> {
  const { tenant: tenantId, status, name, correlationId, tag, createdAfter, createdBefore } = options;
  const { limit, cursor } = options;
  const times = { createdAfter, createdBefore };
  const asked = { tenantId, status, name, correlationId, tag, ...times, limit, cursor };
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(asked)) if (value !== undefined) query.set(key, value);
  if (!options.json) query.set('fields', 'summary');
  const page = await new Client(options).tasks(query);
  if (options.json) return printJson(page);
  if (page.tasks.length === 0) return say('No such tasks.');
  print(taskTable(page.tasks, Date.now(), colorsFor(process.stdout), widthOf(process.stdout)));
  if (page.nextCursor !== null) say(`There are more: --cursor ${page.nextCursor}`);
}

async function showOne(id: string, options: PrintOptions): Promise<void> {
  const { task } = await new Client(options).task(taskPath(id));
  if (options.json) printJson(task);
  else print(showTask(task, Date.now(), colorsFor(process.stdout), widthOf(process.stdout)));
}

function addTaskVerbs(tasks: Command): void {
  // A verb for steps as well takes the name of a step as an argument.
  for (const verb of taskVerbs.filter((name) => !(name in STEP_VERBS))) {
    const command = tasks.command(verb).argument('<id>').description(`${TASK_VERBS[verb]}.`);
    addVerbOptions(command).action((id: string, options: VerbOptions) =>
      tell(`${taskPath(id)}/${verb}`, options),
    );
  }
}

function addStepVerbs(tasks: Command): void {
  const retry = tasks
    .command('retry')
    .argument('<id>')
    .argument('[step]', 'only this step')
    .description(`${TASK_VERBS.retry}.`)
    .option('--deadline <time>', 'of the task, from now on: seconds, or like 30s, 5m, 2h', secondsArgument);
  addVerbOptions(retry).action((id: string, step: string | undefined, options: VerbOptions) => {
    if (step === undefined) return tell(`${taskPath(id)}/retry`, options);
    if (options.deadline !== undefined)
      throw new Failure('--deadline is for the task: leave out the step, or the deadline', { exitCode: 2 });
    return tell(`${stepPath(id, step)}/retry`, options);
  });

  const skip = tasks
    .command('skip')
    .argument('<id>')
    .argument('<step>')
    .description(`${STEP_VERBS.skip}.`)
    .option('--output <json>', 'what dependents get instead of null: JSON, @FILE, or - for standard input');
  addVerbOptions(skip).action((id: string, step: string, options: VerbOptions) =>
    tell(`${stepPath(id, step)}/skip`, options),
  );

  const complete = tasks
    .command('complete')
    .argument('<id>')
    .argument('<step>')
    .description(`${STEP_VERBS.complete}.`)
    .requiredOption('--output <json>', 'its output: JSON, @FILE, or - for standard input');
  addVerbOptions(complete).action((id: string, step: string, options: VerbOptions) =>
    tell(`${stepPath(id, step)}/complete`, options),
  );
}

function addVerbOptions(command: Command): Command {
  command.option('--reason <text>', 'why; kept in the history').option('--json', 'print the task as JSON');
  return addServerOptions(command);
}

const stepPath = (id: string, step: string): string => `${taskPath(id)}/steps/${pathPart('step', step)}`;

async function tell(path: string, options: VerbOptions): Promise<void> {
  const { reason, output, deadline: deadlineSeconds } = options;
  const given = output === undefined ? undefined : jsonArgument('--output', output);
  const body = { reason, output: given, deadlineSeconds };
  const { task } = await new Client(options).task(path, body);
  if (options.json) printJson(task);
  else print(taskLine(task, Date.now(), colorsFor(process.stdout)));
}
