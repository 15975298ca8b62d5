/** `troupe serve`: production. Everything comes from flags and `TROUPE_*`, and can be shown before it is used. */

import type { Command } from 'commander';
import { withoutLogin } from '../bus/nats/address.ts';
import type { Config } from '../config.ts';
import { Failure } from './failure.ts';
import { colorsFor, plain, print, printJson } from './output.ts';
import { addSettingFlags, type ServerFlags, settingsOf } from './server-options.ts';
import { table } from './table.ts';

type ServeFlags = ServerFlags & { readonly printConfig?: true; readonly json?: true };

/** What is shown of the settings that hold a secret. */
const VEILED: Readonly<Partial<Record<keyof Config, (value: string) => string>>> = {
  webhookSecret: () => 'set',
  natsUrl: withoutLogin,
};

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .summary('a server for production')
    .description('Runs a server; nothing is assumed, so it has to be told where its store is.');
  addSettingFlags(command)
    .option('--print-config', 'show the settings in force and where each came from, and exit')
    .option('--json', 'with --print-config: as JSON')
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  if (flags.json && !flags.printConfig) {
    throw new Failure('--json goes with --print-config', { exitCode: 2 });
  }
  const config = await settingsOf(flags, { db: null, webhookAllow: [] });
  if (flags.printConfig) return printConfig(config, flags.json === true);
  // Not above: only a server has a use for them.
  const { loadFolders } = await import('./server-handlers.ts');
  const { runServer } = await import('./run-server.ts');
  const handlers = await loadFolders(config.handlers.value);
  await runServer(config, [...handlers.values()]);
}

function printConfig(config: Config, asJson: boolean): void {
  const shown = Object.entries(config).map(([name, { value, from }]: [string, Config[keyof Config]]) => {
    const veil = VEILED[name as keyof Config];
    return { name, from, value: veil === undefined || typeof value !== 'string' ? value : veil(value) };
  });
  if (asJson) {
    printJson(Object.fromEntries(shown.map(({ name, ...setting }) => [name, setting])));
    return;
  }
  const rows = shown.map(({ name, value, from }) => [name, valueText(value), from]);
  print(table(['SETTING', 'VALUE', 'FROM'], rows, colorsFor(process.stdout)));
}

function valueText(value: Config[keyof Config]['value']): string {
  if (value === null) return 'not set';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.map(plain).join(', ');
  return plain(String(value));
}
