/** Handler files that are loaded again when they, or what lies beside them, change on the disk. */

import { type FSWatcher, watch } from 'node:fs';
import { sep } from 'node:path';
import type { HandlerHost } from '../worker/host/host.ts';
import { plain } from './output.ts';

/** Editors write a file in several steps. */
const SETTLE_MS = 100;

/** Until the function it returns is called. What is wrong with the files is said, and the old ones stay. */
export function reloadOnChange(
  host: HandlerHost,
  folders: readonly string[],
  say: (text: string) => void,
): () => void {
  let timer: NodeJS.Timeout | null = null;
  let isBusy = false;
  const reload = async (): Promise<void> => {
    timer = null;
    if (isBusy) return later();
    isBusy = true;
    const refused = await host.reload();
    isBusy = false;
    if (refused === null) return say(`Handlers loaded again: ${names(host)}`);
    say(`The handlers cannot be loaded again; those of before go on: ${refused.message}`);
    for (const { pointer, message } of refused.faults) say(`  ${plain(pointer)}: ${plain(message)}`);
  };
  const later = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void reload(), SETTLE_MS).unref();
  };
  const watchers = folders.map((folder): FSWatcher => {
    const watcher = watch(folder, { recursive: true, persistent: false }, (_event, file) => {
      if (file === null || !isIgnored(file)) later();
    });
    // The folder was taken away, say; what is loaded stays.
    return watcher.on('error', () => watcher.close());
  });
  return () => {
    for (const watcher of watchers) watcher.close();
    if (timer !== null) clearTimeout(timer);
  };
}

const isIgnored = (file: string): boolean =>
  file.split(sep).some((part) => part === 'node_modules' || part.startsWith('.'));

const names = (host: HandlerHost): string => host.handlers.map(({ name }) => plain(name)).join(', ');
