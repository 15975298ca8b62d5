/**
 * Finds the attempt that an escaped error came from: a rejection nobody awaits, a throw from a timer, an emitter's
 * error. Every handler runs in a scope of its own, which its timers, sockets and promises inherit.
 */

import { AsyncLocalStorage } from 'node:async_hooks';

/** The attempt that the running code belongs to. */
export interface AttemptScope {
  readonly token: string;
  /** The code of the attempt threw where nobody catches it. */
  escaped(thrown: unknown): void;
  /** The code of the attempt ends the whole process; called while it exits, so only what is synchronous is done. */
  exiting(exitCode: number): void;
}

const scopes = new AsyncLocalStorage<AttemptScope>();

export const runInScope = <Result>(scope: AttemptScope, work: () => Result): Result =>
  scopes.run(scope, work);

/** The attempt whose code runs now, or null. */
export const currentScope = (): AttemptScope | null => scopes.getStore() ?? null;

/** Takes an error that came from no known attempt; false leaves it to the process. */
export type TakeUnknown = (thrown: unknown) => boolean;

const listeners = new Set<TakeUnknown>();

/** Hears what escapes in this process until the function it returns is called. */
export function hearEscapes(takeUnknown: TakeUnknown): () => void {
  // A function of its own, since the same one may be given twice.
  const listener: TakeUnknown = (thrown) => takeUnknown(thrown);
  if (listeners.size === 0) {
    process.on('uncaughtException', onException).on('unhandledRejection', onRejection).on('exit', onExit);
  }
  listeners.add(listener);
  return () => {
    if (!listeners.delete(listener) || listeners.size > 0) return;
    process.off('uncaughtException', onException).off('unhandledRejection', onRejection).off('exit', onExit);
  };
}

function onException(thrown: unknown): void {
  if (isTaken(thrown)) return;
  // Others who listen decide; without them the process ends, as it would have without us.
  if (process.listenerCount('uncaughtException') === 1) crash(thrown);
}

function onRejection(thrown: unknown): void {
  if (isTaken(thrown) || process.listenerCount('unhandledRejection') > 1) return;
  if (process.listenerCount('uncaughtException') > 1) throw thrown;
  crash(thrown);
}

function isTaken(thrown: unknown): boolean {
  const scope = currentScope();
  if (scope === null) return [...listeners].some((listener) => listener(thrown));
  scope.escaped(thrown);
  return true;
}

const onExit = (exitCode: number): void => currentScope()?.exiting(exitCode);

/** Ends the process as Node does for an error that nobody handles. */
function crash(thrown: unknown): never {
  let text = 'Uncaught error';
  try {
    text = thrown instanceof Error ? String(thrown.stack ?? thrown) : `Uncaught ${String(thrown)}`;
  } catch {
    // It cannot be shown: a revoked proxy, say.
  }
  process.stderr.write(`${text}\n\nNode.js ${process.version}\n`);
  process.exit(1);
}
