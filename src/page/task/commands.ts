/** A verb or a signal reads the same outside the page: as curl and on the command line, safe to paste into a shell. */

import type { WaitsFor } from '../../views/statuses.ts';
import { stepPath, taskPath } from './task-path.ts';

export interface Verb {
  /** `task.cancel`, `step.retry` and the like. */
  readonly event: string;
  readonly taskId: string;
  /** null: told to the task. */
  readonly step: string | null;
  readonly reason: string;
  /** The output of a step told to skip or complete; undefined to leave it out. */
  readonly output?: unknown;
  /** The new end of a wait, ISO 8601; undefined for what takes none. */
  readonly until?: string | undefined;
  /** To cancel it takes back first what it has done, or leaves it; undefined to say nothing of it. */
  readonly compensate?: boolean | undefined;
}

export interface Command {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** These stand behind `troupe tasks`. */
  readonly words: readonly string[];
}

/** The last part of an event: `cancel` of `task.cancel`. */
const verbOf = (event: string): string => event.slice(event.indexOf('.') + 1);

/** Titles the verb's button: `Cancel`; to complete what waits for a person is to approve it. */
export function titleOf(event: string, waitsFor?: WaitsFor): string {
  if (event === 'step.complete' && waitsFor === 'approval') return 'Approve';
  if (event === 'task.compensate') return 'Take back';
  const verb = verbOf(event);
  return verb.charAt(0).toUpperCase() + verb.slice(1);
}

export function verbCommand({ event, taskId, step, reason, output, until, compensate }: Verb): Command {
  const verb = verbOf(event);
  const of = step === null ? taskPath(taskId) : stepPath(taskId, step);
  return {
    path: `${of}/${verb}`,
    body: {
      ...(reason === '' ? {} : { reason }),
      ...(output === undefined ? {} : { output }),
      ...(until === undefined ? {} : { until }),
      ...(compensate === undefined ? {} : { compensate }),
    },
    words: [
      verb,
      taskId,
      ...(step === null ? [] : [step]),
      ...(reason === '' ? [] : ['--reason', reason]),
      ...(output === undefined ? [] : ['--output', JSON.stringify(output)]),
      ...(until === undefined ? [] : ['--until', until]),
      ...(compensate === undefined ? [] : [compensate ? '--compensate' : '--no-compensate']),
    ],
  };
}

/** `data`: undefined to leave it out. */
export function signalCommand(taskId: string, name: string, data: unknown): Command {
  return {
    path: `${taskPath(taskId)}/signals/${encodeURIComponent(name)}`,
    body: data === undefined ? {} : { data },
    words: ['signal', taskId, name, ...(data === undefined ? [] : ['--data', JSON.stringify(data)])],
  };
}

/** With keys on, the key is left to the shell's environment: what is copied is often pasted where others read. */
export function asCurl({ path, body }: Command, origin: string, keyed: boolean): string {
  const parts = ['curl -X POST', quoted(origin + path), "-H 'Content-Type: application/json'"];
  if (keyed) parts.push('-H "Authorization: Bearer $TROUPE_API_KEY"');
  parts.push('-d', quoted(JSON.stringify(body)));
  return parts.join(' ');
}

export const asCli = ({ words }: Command, origin: string): string =>
  ['troupe tasks', ...[...words, '--url', origin].map(quoted)].join(' ');

/** As a POSIX shell takes it for one word. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
