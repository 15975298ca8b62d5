/** `troupe submit`: a task from flags, exactly as `POST /tasks` takes it; every rule is the server's. */

import type { Command } from 'commander';
import { ASKED_TYPES } from '../workflow/notification-types.ts';
import { addServerOptions, Client, type ServerOptions } from './client.ts';
import { jsonArgument } from './json-argument.ts';
import { numberArgument, secondsArgument } from './number-argument.ts';
import { colorsFor, print, printJson, say } from './output.ts';
import { showTask, taskLine } from './show.ts';
import { widthOf } from './table.ts';
import { watchTask } from './watch.ts';

interface SubmitOptions extends ServerOptions {
  readonly payload?: string;
  readonly delay?: number;
  readonly maxRetries?: number;
  readonly dependsOn?: readonly string[];
  readonly tenant?: string;
  readonly idempotencyKey?: string;
  readonly notify?: string;
  readonly notifyType?: readonly string[];
  readonly priority?: number;
  readonly correlationId?: string;
  readonly timeout?: number;
  readonly deadline?: number;
  readonly tag?: readonly string[];
  readonly allowUnresolved?: true;
  readonly onDependencyFailure?: string;
  readonly workflowVersion?: string;
  readonly wait?: true;
  readonly json?: true;
}

export function addSubmit(program: Command): void {
  const command = program
    .command('submit')
    .argument('<name>', 'a registered workflow, as namespace/name or by its bare name, or a handler')
    .summary('submit a task')
    .description('Submits a task and prints its id.')
    .option('--payload <json>', 'JSON object, @FILE, or - for standard input')
    .option('--delay <time>', 'start after this long: seconds, or like 30s, 5m, 2h, 3d', secondsArgument)
    .option('--max-retries <n>', 'n retries are n + 1 attempts', numberArgument)
    .option('--depends-on <task>', 'an id or a name that must be complete first; repeatable', append)
    .option('--tenant <id>', 'whose task it is')
    .option('--idempotency-key <key>', 'the same key and task again answers with the first')
    .option('--notify <url>', 'gets a webhook when the task is complete or has failed')
    .option('--notify-type <type>', `told to it as well: ${ASKED_TYPES.join(', ')}; repeatable`, append)
    .option('--priority <n>', '1 to 10, higher first', numberArgument)
    .option('--correlation-id <id>', 'what it belongs to; scopes dependencies by name')
    .option('--timeout <time>', 'longest one attempt may run', secondsArgument)
    .option('--deadline <time>', 'longest all of it may take, from the end of its delay on', secondsArgument)
    .option('--tag <tag>', 'to find it by; repeatable', append)
    .option('--allow-unresolved', 'wait for dependencies nobody has submitted yet')
    .option('--on-dependency-failure <what>', 'wait or fail')
    .option('--workflow-version <version>', 'the current one unless given')
    .option('--wait', 'follow it until it ends; exit 1 unless it is complete')
    .option('--json', 'print the task as JSON');
  addServerOptions(command).action(submit);
}

async function submit(name: string, options: SubmitOptions): Promise<void> {
  const client = new Client(options);
  const { task, replayed } = await client.task('/tasks', bodyOf(name, options));
  if (replayed) say('This idempotency key was used before: this is the first task.');
  if (options.wait) {
    const ended = await watchTask(client, task.id, { print: say, colors: colorsFor(process.stderr) });
    if (options.json) printJson(ended);
    else print(showTask(ended, Date.now(), colorsFor(process.stdout), widthOf(process.stdout)));
    return;
  }
  if (options.json) return printJson(task);
  say(`${taskLine(task, Date.now(), colorsFor(process.stderr))}\nFollow it: troupe tasks watch ${task.id}`);
  print(task.id);
}

/** Only what was given, so that the server's defaults stay the only ones. */
function bodyOf(name: string, options: SubmitOptions): Record<string, unknown> {
  const { payload } = options;
  return {
    name,
    payload: payload === undefined ? undefined : jsonArgument('--payload', payload),
    delaySeconds: options.delay,
    maxRetries: options.maxRetries,
    dependencies: options.dependsOn,
    tenantId: options.tenant,
    idempotencyKey: options.idempotencyKey,
    notificationUrl: options.notify,
    notificationTypes: options.notifyType,
    priority: options.priority,
    correlationId: options.correlationId,
    timeoutSeconds: options.timeout,
    deadlineSeconds: options.deadline,
    tags: options.tag,
    allowUnresolved: options.allowUnresolved,
    onDependencyFailure: options.onDependencyFailure,
    workflowVersion: options.workflowVersion,
  };
}

function append(entry: string, before: readonly string[] = []): readonly string[] {
  return [...before, entry];
}
