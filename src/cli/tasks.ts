/** `troupe tasks …`: what there is, how it stands and what happened to it, over HTTP. */

import type { Command } from 'commander';
import { TASK_STATUSES, WAITS_FOR } from '../views/statuses.ts';
import { addServerOptions, Client, type ServerOptions, taskPath } from './client.ts';
import { colorsFor, print, printJson, say } from './output.ts';
import { historyTable, showTask, taskTable } from './show.ts';
import { widthOf } from './table.ts';
import { addTaskSignals } from './task-signals.ts';
import { addStepVerbs, addTaskVerbs } from './task-verbs.ts';
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
  readonly waitsFor?: string;
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

export function addTasks(program: Command): void {
  const tasks = program.command('tasks').description('Lists, shows, follows and steers tasks.');
  addReading(tasks);
  addTaskVerbs(tasks);
  addStepVerbs(tasks);
  addTaskSignals(tasks);
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
    .option('--waits-for <what>', `tasks of which a step waits for this: ${WAITS_FOR.join(', ')}`)
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
  const { tenant: tenantId, status, name, correlationId, tag, waitsFor, limit, cursor } = options;
  const { createdAfter, createdBefore } = options;
  const times = { createdAfter, createdBefore };
  const asked = { tenantId, status, name, correlationId, tag, waitsFor, ...times, limit, cursor };
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
