/** The flags `dev` and `serve` share, and the settings they make with the environment, or everything wrong with them. */

import type { Command } from 'commander';
import { DEFAULT_CONCURRENCY } from '../worker/job.ts';
import type { Config, ConfigOptions, Flags } from './config.ts';
import { Failure } from './failure.ts';

export type ServerFlags = Flags & { readonly insecure?: true };

export const ISOLATION_HELP =
  'where handler files run: "host", one process for all; "process", one for each attempt; "none", this process; host unless given (TROUPE_ISOLATION)';

export function addSettingFlags(command: Command): Command {
  return command
    .option('--db <file>', 'the store (TROUPE_DB)')
    .option('--host <address>', 'where to listen; 127.0.0.1 unless given (TROUPE_HOST)')
    .option('--port <n>', '7070 unless given, 0 takes any free one (TROUPE_PORT)')
    .option(
      '--public-url <url>',
      'where people reach it: the base of links in mails; the address listened on unless given (TROUPE_PUBLIC_URL)',
    )
    .option('--api-keys <file>', 'who may call; without it everybody (TROUPE_API_KEYS)')
    .option('--webhook-secret <secret>', 'signs webhooks; others can see flags (TROUPE_WEBHOOK_SECRET)')
    .option('--webhook-allow <list>', 'hosts or CIDRs that need not be public (TROUPE_WEBHOOK_ALLOW)')
    .option(
      '--handlers <folder>',
      'handler files; repeatable, or separated by commas (TROUPE_HANDLERS)',
      append,
    )
    .option('--isolation <how>', ISOLATION_HELP)
    .option(
      '--workflows <folder>',
      'workflow files, registered at the start; repeatable, or separated by commas (TROUPE_WORKFLOWS)',
      append,
    )
    .option('--concurrency <n>', `attempts at once; ${DEFAULT_CONCURRENCY} unless given (TROUPE_CONCURRENCY)`)
    .option(
      '--max-backlog-per-tenant <n>',
      'unfinished tasks of one tenant, more get 429; no limit unless given (TROUPE_MAX_BACKLOG_PER_TENANT)',
    )
    .option(
      '--rate-per-tenant <n>',
      'new tasks a second of one tenant, more get 429; no limit unless given (TROUPE_RATE_PER_TENANT)',
    )
    .option(
      '--burst-per-tenant <n>',
      "of them at once after a silence; one second's worth unless given (TROUPE_BURST_PER_TENANT)",
    )
    .option('--nats-url <url>', 'a NATS server, or several by commas; in-process bus without (NATS_URL)')
    .option('--nats-creds <file>', 'credentials for it (NATS_CREDS)')
    .option('--prefix <word>', 'first word of every subject; troupe unless given (TROUPE_PREFIX)')
    .option('--inspect <on|off>', 'XState inspection events over NATS; off unless given (TROUPE_INSPECT)')
    .option(
      '--retention <age>',
      'deletes tasks that ended longer ago, e.g. 30d; kept unless given (TROUPE_RETENTION)',
    )
    .option(
      '--stop-within <time>',
      'gone so long after a signal at the latest; 25s unless given (TROUPE_STOP_WITHIN)',
    )
    .option(
      '--log <level>',
      'trace, debug, info, warn, error, fatal or silent; info unless given (TROUPE_LOG)',
    )
    .option('--insecure', 'listen on any address without keys');
}

/** For an option that may be repeated. */
export function append(entry: string, before: readonly string[] = []): readonly string[] {
  return [...before, entry];
}

/** Throws a Failure (exit 2) that lists every problem. */
export async function settingsOf(flags: ServerFlags, defaults: ConfigOptions['defaults']): Promise<Config> {
  const { config, problems } = await readSettings(flags, defaults);
  if (problems.length === 0) return config;
  throw new Failure('the settings cannot be used:', {
    exitCode: 2,
    notes: problems.map((problem) => `  ${problem}`),
  });
}

export async function readSettings(
  flags: ServerFlags,
  defaults: ConfigOptions['defaults'],
): Promise<{ config: Config; problems: readonly string[] }> {
  // Not above: the other commands do without it.
  const { readConfig } = await import('./config.ts');
  return readConfig({ flags, env: process.env, defaults, insecure: flags.insecure === true });
}
