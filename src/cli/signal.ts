/** `troupe signal`: a signal to all tasks that wait for its key, over HTTP. */

import type { Command } from 'commander';
import { DURATION_FORMS, durationMs } from '../workflow/duration.ts';
import { Client, type ServerOptions } from './client.ts';
import { Failure } from './failure.ts';
import { plain, print, printJson, say } from './output.ts';
import { addSignalOptions, dataOf } from './task-signals.ts';

interface SignalOptions extends ServerOptions {
  readonly key: string;
  readonly data?: string;
  readonly id?: string;
  readonly keep?: string;
  readonly tenant?: string;
  readonly json?: true;
}

export function addSignal(program: Command): void {
  const command = program
    .command('signal')
    .argument('<name>', 'of the signal')
    .summary('tell all tasks that wait for a key')
    .description(
      'Sends a signal to all tasks of a tenant that wait for its name and key. It is kept a while for those that begin ' +
        'to wait later. For one task: troupe tasks signal.',
    )
    .requiredOption('--key <key>', 'which tasks: those that wait for this key')
    .option('--keep <time>', 'keep it so long for those who wait later, e.g. 1h; a day unless given')
    .option('--tenant <id>', 'whose tasks');
  addSignalOptions(command).action(signal);
}

async function signal(name: string, options: SignalOptions): Promise<void> {
  const { key, id, keep, tenant: tenantId } = options;
  const keepSeconds = keep === undefined ? undefined : secondsOf(keep);
  const body = { name, key, data: dataOf(options), id, keepSeconds, tenantId };
  const sent = await new Client(options).signal(body);
  if (options.json) return printJson(sent);
  say(told(sent));
  print(plain(sent.id));
}

function told({ delivered, more }: { readonly delivered: number; readonly more: boolean }): string {
  if (more) return `Taken by ${delivered} tasks so far; the others are being told.`;
  if (delivered === 0) return 'Nobody waits for it now; it is kept.';
  return `Taken by ${delivered === 1 ? 'a task' : `${delivered} tasks`}.`;
}

/** A number alone is seconds; none at all, for those alone who wait already. */
function secondsOf(text: string): number {
  if (/^0+s?$/.test(text.trim())) return 0;
  const seconds = /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  const ms = durationMs(seconds);
  if (ms === null) throw new Failure(`--keep ${DURATION_FORMS}`, { exitCode: 2 });
  return ms / 1_000;
}
