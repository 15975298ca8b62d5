/** The handler files of a command: run in processes of their own, or in this one if that is asked for. */

import type { Logger } from 'pino';
import { HandlerHost } from '../worker/host/host.ts';
import type { HostedHandler } from '../worker/host/messages.ts';
import type { HandlerEntry } from '../worker/job.ts';
import { loadGroups } from '../worker/load-folders.ts';
import type { Isolation } from './config.ts';

export interface HandlerFiles {
  /** All that are served. */
  readonly served: readonly HostedHandler[];
  /** Names that a later group of folders took from an earlier one. */
  readonly replaced: readonly string[];
  /** A Troupe or a worker is made with these. */
  readonly use: { readonly handlers: readonly HandlerEntry[]; readonly host: HandlerHost };
}

export interface HandlerFilesOptions {
  /** Folders; a handler of a later group takes the place of an earlier one's. */
  readonly groups: readonly (readonly string[])[];
  readonly isolation: Isolation;
  /** Sends what handlers print to standard error. */
  readonly printsToStderr?: boolean;
  readonly log: Logger;
}

/** Refuses with INVALID_HANDLERS, everything wrong in any of the folders at once. `use.host` is to be closed. */
export async function openHandlerFiles(options: HandlerFilesOptions): Promise<HandlerFiles> {
  const { isolation, ...rest } = options;
  if (isolation === 'none') {
    const { handlers, replaced } = await loadGroups(options.groups);
    return { served: handlers, replaced, use: { handlers, host: HandlerHost.forSingle(handlers, rest) } };
  }
  const host = await HandlerHost.open({ ...rest, isolation });
  return {
    get served() {
      return host.handlers;
    },
    replaced: host.replaced,
    use: { handlers: [], host },
  };
}
