/** Reads a trace by strace of a process as calls with their bytes: on files, and on sockets. */

import { closeSync, openSync, readSync } from 'node:fs';

/** Strings are cut here in a trace; nobody writes more at once but zeros. */
export const STRING_BYTES = 65_536;

/** The options of strace that `readTrace` needs. */
export const TRACE_OPTIONS = [
  '-xx',
  '-y',
  '-s',
  String(STRING_BYTES),
  '-e',
  'trace=write,writev,pwrite64,ftruncate,fsync,fdatasync,unlink,rename',
] as const;

export type Call =
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly path: string; readonly failed: boolean }
  | { readonly kind: 'unlink'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'send'; readonly data: Buffer };

/** Calls that succeeded, and syncs that did not, in the order in which they ended. */
export function* readTrace(file: string): Generator<Call> {
  const unfinished = new Map<string, string>();
  for (const line of linesOf(file)) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (rest.endsWith('<unfinished ...>')) {
      unfinished.set(thread, rest.slice(0, -'<unfinished ...>'.length).trimEnd());
      continue;
    }
    const [resumed] = /^<\.\.\. \w+ resumed>/.exec(rest) ?? [];
    const whole = resumed === undefined ? rest : (unfinished.get(thread) ?? '') + rest.slice(resumed.length);
    const call = callOf(whole);
    if (call !== null) yield call;
  }
}

function callOf(line: string): Call | null {
  const [, name, args = '', result = ''] = /^(\w+)\((.*?) *\) += (-?\d+)/.exec(line) ?? [];
  const returned = Number(result);
  if (name === undefined || (returned < 0 && !/^fd?a?t?a?sync$/.test(name))) return null;
  // `30</a/path>`, the path in hexadecimal; of a file that is gone it is followed by "(deleted)".
  const [, hex = '', deleted] = /^\d+<((?:\\x..)+)>(\(deleted\))?/.exec(args) ?? [];
  const path = unhex(hex).toString();
  if (deleted !== undefined) return null;
  switch (name) {
    case 'pwrite64': {
      return { kind: 'write', path, offset: lastNumber(args), data: dataOf(args, returned) };
    }
    case 'write':
    case 'writev':
      return path.startsWith('socket:') || path.startsWith('TCP')
        ? { kind: 'send', data: dataOf(args, null) }
        : null;
    case 'ftruncate':
      return { kind: 'truncate', path, size: lastNumber(args) };
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', path, failed: returned < 0 };
    case 'unlink':
      return { kind: 'unlink', path: dataOf(args, null).toString() };
    case 'rename': {
      const [from = '', to = ''] = strings(args).map(String);
      return { kind: 'rename', path: from, to };
    }
    default:
      return null;
  }
}

function lastNumber(args: string): number {
  const [, digits] = /, (\d+)$/.exec(args) ?? [];
  if (digits === undefined) throw new Error(`a call without its offset or size: ${args.slice(-100)}`);
  return Number(digits);
}

function strings(args: string): Buffer[] {
  return [...args.matchAll(/"((?:\\x..)*)"/g)].map(([, hex = '']) => unhex(hex));
}

/** `length`: of which as much was written. */
function dataOf(args: string, length: number | null): Buffer {
  const data = Buffer.concat(strings(args));
  if (length === null || data.length >= length) return length === null ? data : data.subarray(0, length);
  if (data.some((byte) => byte !== 0)) throw new Error(`a write of ${length} bytes was cut in the trace`);
  return Buffer.alloc(length);
}

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');

/** A trace may be longer than a string of Node's can be. */
function* linesOf(file: string): Generator<string> {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.alloc(1024 * 1024);
  let rest = '';
  try {
    for (let read = 1; read > 0; ) {
      read = readSync(descriptor, chunk);
      const lines = (rest + chunk.toString('latin1', 0, read)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(descriptor);
  }
}
