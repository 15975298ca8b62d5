/** `troupe serve`: production. Everything comes from flags and `TROUPE_*`, and can be shown before it is used. */

import type { Command } from 'commander';
import { withoutLogin } from '../bus/nats/address.ts';
import type { Config, Setting } from './config.ts';
import { Failure } from './failure.ts';
import { colorsFor, plain, print, printJson, say } from './output.ts';
import type { RunServerOptions } from './run-server.ts';
import { addSettingFlags, readSettings, type ServerFlags, settingsOf } from './server-options.ts';
import { requireSqlite } from './sqlite.ts';
import { table } from './table.ts';

type ServeFlags = ServerFlags & { readonly printConfig?: true; readonly json?: true };

const DEFAULTS = { db: null, webhookAllow: [] };

/** Settings that hold a secret are shown so. */
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
  if (flags.printConfig) return printConfig(flags);
  await requireSqlite();
  const config = await settingsOf(flags, DEFAULTS);
  // Not above: only a server has a use for it.
  const { runServer } = await import('./run-server.ts');
  await runServer(config, [config.handlers.value], { prepare: workflowsOf(config) });
}

function workflowsOf({ workflows: { value }, apiKeys }: Config): RunServerOptions['prepare'] {
  return async (troupe) => {
    const { registerFolders } = await import('./workflow-folders.ts');
    await registerFolders(troupe, value, { isKeyed: apiKeys.value !== null });
    return null;
  };
}

/** Prints missing and wrong settings beside the rest, since this is how to find out. Only a wrong one fails. */
async function printConfig(flags: ServeFlags): Promise<void> {
  const { config, problems } = await readSettings(flags, DEFAULTS);
  const isWithoutStore = config.db.value === '';
  showConfig(isWithoutStore ? { ...config, db: { ...config.db, value: null } } : config, flags.json === true);
  if (problems.length === 0) return;
  say(
    ['"troupe serve" would refuse these settings:', ...problems.map((problem) => `  ${problem}`)].join('\n'),
  );
  if (problems.length > (isWithoutStore ? 1 : 0)) process.exitCode = 2;
}

type Shown = Omit<Config, 'db'> & { readonly db: Setting<string | null> };

function showConfig(config: Shown, asJson: boolean): void {
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
