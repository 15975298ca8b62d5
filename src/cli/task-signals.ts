/** `troupe tasks signal` and `troupe tasks signals`: signals to one task, over HTTP. */

import type { Command } from 'commander';
import type { SignalView } from '../views/signals.ts';
import { addServerOptions, Client, pathPart, type ServerOptions, taskPath } from './client.ts';
import { jsonArgument } from './json-argument.ts';
import { colorsFor, fromNow, plain, print, printJson, say } from './output.ts';
import { table, widthOf } from './table.ts';

interface SignalOptions extends ServerOptions {
  readonly data?: string;
  readonly id?: string;
  readonly json?: true;
}

export function addTaskSignals(tasks: Command): void {
  const signal = tasks
    .command('signal')
    .argument('<id>')
    .argument('<name>', 'of the signal')
    .description(
      'Sends a signal to a task: a step that waits for it takes it, now or once it begins to wait.',
    );
  addSignalOptions(signal).action(signalTask);

  const signals = tasks
    .command('signals')
    .argument('<id>')
    .description('The signals sent to a task, and those by key that it has taken, the oldest first.')
    .option('--json', 'print {"signals":[…]}');
  addServerOptions(signals).action(listSignals);
}

/** Every signal has these. */
export function addSignalOptions(command: Command): Command {
  command
    .option('--data <json>', 'what the waiting step gets as its output: JSON, @FILE, or - for standard input')
    .option('--id <id>', 'the same id means the same signal: sent again it is taken once')
    .option('--json', 'print the answer as JSON');
  return addServerOptions(command);
}

export const dataOf = ({ data }: Pick<SignalOptions, 'data'>): unknown =>
  data === undefined ? undefined : jsonArgument('--data', data);

async function signalTask(task: string, name: string, options: SignalOptions): Promise<void> {
  const path = `${taskPath(task)}/signals/${pathPart('signal', name)}`;
  const sent = await new Client(options).taskSignal(path, { data: dataOf(options), id: options.id });
  if (options.json) return printJson(sent);
  say(sent.taken ? 'A step has taken it.' : 'It is kept until a step waits for it.');
  print(plain(sent.id));
}

async function listSignals(task: string, options: SignalOptions): Promise<void> {
  const list = await new Client(options).taskSignals(`${taskPath(task)}/signals`);
  if (options.json) return printJson(list);
  if (list.signals.length === 0) return say('No signals.');
  print(signalTable(list.signals, Date.now()));
}

function signalTable(signals: readonly SignalView[], nowMs: number): string {
  const rows = signals.map(({ id, name, key, at, by, until, takenBy }) => [
    plain(name),
    key === null ? '' : plain(key),
    fromNow(at, nowMs),
    plain(by),
    takenBy === null ? 'nobody yet' : plain(takenBy),
    until === null || takenBy !== null ? '' : fromNow(until, nowMs),
    plain(id),
  ]);
  const header = ['NAME', 'KEY', 'SENT', 'BY', 'TAKEN BY', 'KEPT UNTIL', 'ID'];
  return table(header, rows, colorsFor(process.stdout), widthOf(process.stdout));
}
