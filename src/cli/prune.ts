/** `troupe prune`: deletes tasks that ended long ago, with all they own, from a store nobody has open. */

import type { Command } from 'commander';
import { isLocked } from '../store/storage-failure.ts';
import { Failure } from './failure.ts';
import { plain, print, printJson } from './output.ts';
import { addStoreOption, ageArgument, type StoreOption } from './store-option.ts';

interface PruneFlags extends StoreOption {
  readonly olderThan: number;
  readonly failed?: true;
  readonly compact?: true;
  readonly json?: true;
}

export function addPrune(program: Command): void {
  const command = program
    .command('prune')
    .description('Deletes complete and cancelled tasks that ended long ago, with their history and keys.')
    .requiredOption('--older-than <age>', 'how long ago: 30d, 12h, 4w', ageArgument)
    .option('--failed', 'failed tasks too; they cannot be retried any more')
    .option('--compact', 'then make the file smaller; needs room for a second one meanwhile')
    .option('--json', 'print {"deleted":…,"bytes":…,"freeBytes":…}')
    .addHelpText(
      'after',
      '\nKept are tasks that unfinished tasks depend on, whose webhook is on its way, or whose facts are not' +
        '\npublished. An idempotency key goes with its task. Freed space is used again before the file grows.' +
        '\nA store whose server runs is refused: stop it first.',
    );
  addStoreOption(command).action(runPrune);
}

async function runPrune({ db, olderThan, failed, compact: smaller, json }: PruneFlags): Promise<void> {
  // Not above: the other commands start sooner without it.
  const { compact, pruneAll, spaceOf } = await import('../recovery/prune.ts');
  const store = await openExisting(db);
  try {
    const deleted = pruneAll(store, { endedBefore: Date.now() - olderThan, failed: failed === true });
    if (smaller) compact(store);
    const space = spaceOf(store);
    if (json) return printJson({ deleted, ...space });
    const free = space.freeBytes === 0 ? '' : `, ${space.freeBytes} of them free to be used again`;
    print(`${plain(db)}: ${deleted} tasks deleted; ${space.bytes} bytes${free}`);
  } finally {
    store.close();
  }
}

/** To be written; one that is not there is not made. */
async function openExisting(db: string) {
  const { SqliteStore } = await import('../store/sqlite-store.ts');
  const { existsSync } = await import('node:fs');
  if (!existsSync(db)) throw new Failure(`there is no store ${db}`, { notes: ['Name it with --db FILE.'] });
  try {
    return new SqliteStore(db);
  } catch (error) {
    if (!isLocked(error)) throw error;
    throw new Failure(`${db} is in use`, {
      notes: ['Stop the server that has it open, or work on a backup of it.'],
      cause: error,
    });
  }
}
