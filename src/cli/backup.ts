/** `troupe backup`: a checked copy of a store, made while its server runs. */

import type { Command } from 'commander';
import { printFindings } from './findings.ts';
import { colorsFor, plain, print, printJson, say } from './output.ts';
import { addStoreOption, type StoreOption } from './store-option.ts';

interface BackupFlags extends StoreOption {
  readonly force?: true;
  readonly json?: true;
}

export function addBackup(program: Command): void {
  const command = program
    .command('backup')
    .argument('<file>', 'where to put it')
    .description('Copies a store, as it is at this moment, while its server goes on; the copy is checked.')
    .option('--force', 'replace a file that is there')
    .option('--json', 'print {"file":…,"bytes":…,"tasks":…,"findings":[…]}')
    .addHelpText(
      'after',
      '\nThe copy is a store: start a server with --db on it (or on a copy of it), and everything goes on.' +
        '\nExits 1 and leaves no file when there is no whole copy. What was wrong with the store already is told.',
    );
  addStoreOption(command).action(runBackup);
}

async function runBackup(file: string, { db, force, json }: BackupFlags): Promise<void> {
  // Not above: the other commands start sooner without it.
  const { backup } = await import('../recovery/backup.ts');
  const made = backup(db, file, { force: force === true });
  if (json) return printJson({ file, ...made });
  print(`${plain(file)}: ${made.tasks} tasks, ${made.bytes} bytes, whole`);
  if (made.findings.length === 0) return;
  say('The store has faults of its own, which its copy shares:');
  printFindings(made.findings, colorsFor(process.stderr), say);
}
