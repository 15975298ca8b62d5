/** The verbs of an operator for tasks and steps, each a command, over HTTP. */

import type { Command } from 'commander';
import { STEP_VERBS, TASK_VERBS, taskVerbs } from '../views/verbs.ts';
import { addServerOptions, Client, pathPart, type ServerOptions, taskPath } from './client.ts';
import { Failure } from './failure.ts';
import { jsonArgument } from './json-argument.ts';
import { secondsArgument } from './number-argument.ts';
import { colorsFor, print, printJson } from './output.ts';
import { taskLine } from './show.ts';

interface VerbOptions extends ServerOptions {
  readonly json?: true;
  readonly reason?: string;
  readonly output?: string;
  readonly until?: string;
  readonly deadline?: number;
  readonly compensate?: boolean;
}

export function addTaskVerbs(tasks: Command): void {
  // A verb for steps as well takes the name of a step as an argument.
  for (const verb of taskVerbs.filter((name) => !(name in STEP_VERBS))) {
    const command = tasks.command(verb).argument('<id>').description(`${TASK_VERBS[verb]}.`);
    if (verb === 'cancel')
      command
        .option('--compensate', 'take back first what it has done')
        .option('--no-compensate', 'of a task that takes back: leave the rest');
    addVerbOptions(command).action((id: string, options: VerbOptions) =>
      tell(`${taskPath(id)}/${verb}`, options),
    );
  }
}

export function addStepVerbs(tasks: Command): void {
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
    .option('--output <json>', 'its output: JSON, @FILE, or -; an approval needs none');
  addVerbOptions(complete).action((id: string, step: string, options: VerbOptions) =>
    tell(`${stepPath(id, step)}/complete`, options),
  );

  const reject = tasks
    .command('reject')
    .argument('<id>')
    .argument('<step>')
    .description(`${STEP_VERBS.reject}.`);
  addVerbOptions(reject).action((id: string, step: string, options: VerbOptions) =>
    tell(`${stepPath(id, step)}/reject`, options),
  );

  const extend = tasks
    .command('extend')
    .argument('<id>')
    .argument('<step>')
    .description(`${STEP_VERBS.extend}.`)
    .requiredOption('--until <time>', 'the new end, as 2026-01-31T09:30:00Z');
  addVerbOptions(extend).action((id: string, step: string, options: VerbOptions) =>
    tell(`${stepPath(id, step)}/extend`, options),
  );
}

function addVerbOptions(command: Command): Command {
  command.option('--reason <text>', 'why; kept in the history').option('--json', 'print the task as JSON');
  return addServerOptions(command);
}

const stepPath = (id: string, step: string): string => `${taskPath(id)}/steps/${pathPart('step', step)}`;

async function tell(path: string, options: VerbOptions): Promise<void> {
  const { reason, output, until, deadline: deadlineSeconds, compensate } = options;
  const given = output === undefined ? undefined : jsonArgument('--output', output);
  const body = { reason, until, output: given, deadlineSeconds, compensate };
  const { task } = await new Client(options).task(path, body);
  if (options.json) printJson(task);
  else print(taskLine(task, Date.now(), colorsFor(process.stdout)));
}
