/** Handlers that each end their process, or let an error escape, in a way of its own. */

const WAIT = 'await new Promise((done) => setTimeout(done, 60_000));';

interface Killer {
  /** The body of an async function. */
  readonly source: string;
  /** Its attempt fails with this, in part. */
  readonly error: object;
}

export const KILLERS: Readonly<Record<string, Killer>> = {
  exits: {
    source: 'process.exit(3);',
    error: { code: 'WORKER_DIED', details: { exitCode: 3, signal: null } },
  },
  exitsLater: {
    source: `setTimeout(() => process.exit(0), 20); ${WAIT}`,
    error: { code: 'WORKER_DIED', details: { exitCode: 0 } },
  },
  aborts: { source: 'process.abort();', error: { code: 'WORKER_DIED', details: { signal: 'SIGABRT' } } },
  killsItself: {
    source: `process.kill(process.pid, 'SIGKILL'); ${WAIT}`,
    error: { code: 'WORKER_DIED', details: { signal: 'SIGKILL' } },
  },
  cutsTheWire: { source: `process.disconnect(); ${WAIT}`, error: { code: 'WORKER_DIED' } },
  rejects: {
    source: `Promise.reject(new Error('nobody awaits me')); ${WAIT}`,
    error: { message: 'nobody awaits me' },
  },
  rejectsAndReturns: {
    source: "Promise.reject(new Error('nobody awaits me')); return 1;",
    error: { message: 'nobody awaits me' },
  },
  throwsFromTimer: {
    source: `setTimeout(() => { throw new RangeError('from a timer'); }, 10); ${WAIT}`,
    error: { name: 'RangeError' },
  },
  throwsFromMicrotask: {
    source: `queueMicrotask(() => { throw new Error('from a microtask'); }); ${WAIT}`,
    error: { message: 'from a microtask' },
  },
  emitsAnError: {
    source: `const { EventEmitter } = await import('node:events'); setImmediate(() => new EventEmitter().emit('error', new Error('emitted'))); ${WAIT}`,
    error: { message: 'emitted' },
  },
  throwsNothing: { source: 'throw undefined;', error: { retryable: true } },
};

export const KILLER_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(KILLERS).map(([name, { source }]) => [name, `export default async () => { ${source} };`]),
);
