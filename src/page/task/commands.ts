/** A verb as one would give it outside the page: as curl and on the command line, safe to paste into a shell. */

export interface Verb {
  /** `task.cancel`, `step.retry` and the like. */
  readonly event: string;
  readonly taskId: string;
  /** null: told to the task. */
  readonly step: string | null;
  readonly reason: string;
  /** The output of a step told to skip or complete; undefined to leave it out. */
  readonly output?: unknown;
}

/** The last part of an event: `cancel` of `task.cancel`. */
export const verbOf = (event: string): string => event.slice(event.indexOf('.') + 1);

/** Titles the verb's button: `Cancel`. */
export function titleOf(event: string): string {
  const verb = verbOf(event);
  return verb.charAt(0).toUpperCase() + verb.slice(1);
}

export function verbPath({ event, taskId, step }: Verb): string {
  const task = `/tasks/${encodeURIComponent(taskId)}`;
  return step === null
    ? `${task}/${verbOf(event)}`
    : `${task}/steps/${encodeURIComponent(step)}/${verbOf(event)}`;
}

export function verbBody({ reason, output }: Verb): Readonly<Record<string, unknown>> {
  return {
    ...(reason === '' ? {} : { reason }),
    ...(output === undefined ? {} : { output }),
  };
}

/** With keys on, the key is left to the shell's environment: what is copied is often pasted where others read. */
export function asCurl(verb: Verb, origin: string, keyed: boolean): string {
  const parts = ['curl -X POST', quoted(origin + verbPath(verb)), "-H 'Content-Type: application/json'"];
  if (keyed) parts.push('-H "Authorization: Bearer $TROUPE_API_KEY"');
  parts.push('-d', quoted(JSON.stringify(verbBody(verb))));
  return parts.join(' ');
}

export function asCli(verb: Verb, origin: string): string {
  const parts = ['troupe tasks', verbOf(verb.event), quoted(verb.taskId)];
  if (verb.step !== null) parts.push(quoted(verb.step));
  if (verb.reason !== '') parts.push('--reason', quoted(verb.reason));
  if (verb.output !== undefined) parts.push('--output', quoted(JSON.stringify(verb.output)));
  return [...parts, '--url', quoted(origin)].join(' ');
}

/** As a POSIX shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
