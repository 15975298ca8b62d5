/** The store of commands that work on its file: `--db`, else TROUPE_DB, else where `troupe dev` keeps its own. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { AGE_FORMS, ageMs } from '../workflow/age.ts';
import { requireSqlite } from './sqlite.ts';

export const DEV_STORE = './.troupe/troupe.db';

export interface StoreOption {
  readonly db: string;
}

export function addStoreOption(command: Command): Command {
  return command
    .addOption(new Option('--db <file>', 'the store').env('TROUPE_DB').default(DEV_STORE))
    .hook('preAction', requireSqlite);
}

export function ageArgument(text: string): number {
  const ms = ageMs(text);
  if (ms === null) throw new InvalidArgumentError(`Give an age ${AGE_FORMS}.`);
  return ms;
}
