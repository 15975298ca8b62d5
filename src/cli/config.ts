/**
 * The settings of a server: a flag, else `TROUPE_<NAME>` (`NATS_URL` and `NATS_CREDS` as they are), else the default, each remembering where it came from.
 * Everything wrong is found at once and before anything is opened.
 */

import { statSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { parseNatsUrl } from '../bus/nats/address.ts';
import { Subjects } from '../bus/subjects.ts';
import { reasonOf } from '../errors.ts';
import { createTargetPolicy } from '../outbound/target.ts';
import { publicUrlFault } from '../views/public-url.ts';
import { createSigner } from '../webhooks/sign.ts';
import { DEFAULT_CONCURRENCY } from '../worker/job.ts';
import { AGE_FORMS, ageMs } from '../workflow/age.ts';
import { durationMs } from '../workflow/duration.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const ISOLATIONS = ['none', 'host', 'process'] as const;
/** `host`: one process for all handler files; `process`: one for each attempt; `none`: the server's own. */
export type Isolation = (typeof ISOLATIONS)[number];

/** Kubernetes kills a pod 30 s after it asked it to stop. */
const DEFAULT_STOP_WITHIN_MS = 25_000;
const MOST_STOP_WITHIN_MS = 3_600_000;

export interface Setting<Value> {
  readonly value: Value;
  /** `flag`, `env TROUPE_X` or `default`. */
  readonly from: string;
}

export interface Config {
  /** Path of the store. */
  readonly db: Setting<string>;
  readonly host: Setting<string>;
  /** 0 takes any free one. */
  readonly port: Setting<number>;
  /** The base of links for people; null: the address listened on. */
  readonly publicUrl: Setting<string | null>;
  /** Path of the keys file. */
  readonly apiKeys: Setting<string | null>;
  readonly webhookSecret: Setting<string | null>;
  /** Hosts, addresses or CIDRs that webhooks may reach though they are not public. */
  readonly webhookAllow: Setting<readonly string[]>;
  /** Folders of handler files. */
  readonly handlers: Setting<readonly string[]>;
  /** Where handler files run. */
  readonly isolation: Setting<Isolation>;
  /** Folders of workflow files, registered at the start. */
  readonly workflows: Setting<readonly string[]>;
  readonly concurrency: Setting<number>;
  /** Unfinished tasks one tenant may have; null for any number. */
  readonly maxBacklogPerTenant: Setting<number | null>;
  /** New tasks a second of one tenant; null for any number. */
  readonly ratePerTenant: Setting<number | null>;
  /** How many of them at once after a silence; null for one second's worth. */
  readonly burstPerTenant: Setting<number | null>;
  /** null: the in-process bus. */
  readonly natsUrl: Setting<string | null>;
  /** Path of a credentials file. */
  readonly natsCreds: Setting<string | null>;
  /** First token of every subject. */
  readonly prefix: Setting<string>;
  /** Sends inspection events over NATS, where nobody can tell if they are heard. */
  readonly inspect: Setting<boolean>;
  /** How long tasks that have ended are kept, in milliseconds; null for ever. */
  readonly retention: Setting<number | null>;
  /** How long a server that was asked to stop may take, in milliseconds. */
  readonly stopWithin: Setting<number>;
  readonly log: Setting<LogLevel>;
}

/** As written on the command line, by setting; an option that may be repeated gives a list. */
export type Flags = { readonly [Name in keyof Config]?: string | readonly string[] };

export interface ConfigOptions {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Without a `db` the user has to name one. */
  readonly defaults: { readonly db: string | null; readonly webhookAllow: readonly string[] };
  /** Lets a server without keys listen on any address. */
  readonly insecure: boolean;
}

/** `config` is to be used only when there are no `problems`. */
export function readConfig(options: ConfigOptions): { config: Config; problems: readonly string[] } {
  const { defaults } = options;
  const problems: string[] = [];

  function read<Value>(name: keyof Config, fallback: Value, parse: (text: string) => Value): Setting<Value> {
    const given = givenFor(name, options);
    if (given === null) return { value: fallback, from: 'default' };
    try {
      return { value: parse(given.text), from: given.from };
    } catch (error) {
      problems.push(`${given.label}: ${reasonOf(error)}`);
      return { value: fallback, from: given.from };
    }
  }

  const config: Config = {
    db: read('db', defaults.db ?? '', storePath),
    host: read('host', '127.0.0.1', hostName),
    port: read('port', 7070, (text) => wholeNumber(text, 0, 65_535)),
    publicUrl: read<string | null>('publicUrl', null, publicUrl),
    apiKeys: read<string | null>('apiKeys', null, (text) => existing(text, 'file')),
    webhookSecret: read<string | null>('webhookSecret', null, signingSecret),
    webhookAllow: read('webhookAllow', defaults.webhookAllow, allowList),
    handlers: read<readonly string[]>('handlers', [], folders),
    isolation: read<Isolation>('isolation', 'host', isolation),
    workflows: read<readonly string[]>('workflows', [], folders),
    concurrency: read('concurrency', DEFAULT_CONCURRENCY, (text) => wholeNumber(text, 1, 100_000)),
    maxBacklogPerTenant: read<number | null>('maxBacklogPerTenant', null, someTasks),
    ratePerTenant: read<number | null>('ratePerTenant', null, rate),
    burstPerTenant: read<number | null>('burstPerTenant', null, someTasks),
    natsUrl: read<string | null>('natsUrl', null, natsUrl),
    natsCreds: read<string | null>('natsCreds', null, (text) => existing(text, 'file')),
    prefix: read('prefix', 'troupe', subjectPrefix),
    inspect: read('inspect', false, onOrOff),
    retention: read<number | null>('retention', null, age),
    stopWithin: read('stopWithin', DEFAULT_STOP_WITHIN_MS, stopTime),
    log: read<LogLevel>('log', 'info', logLevel),
  };
  if (config.db.from === 'default' && defaults.db === null) {
    problems.push('no store is given: name a file with --db FILE or TROUPE_DB');
  }
  if (config.natsCreds.value !== null && config.natsUrl.from === 'default') {
    problems.push('NATS credentials are given, but no server: give --nats-url URL or NATS_URL as well');
  }
  if (config.burstPerTenant.from !== 'default' && config.ratePerTenant.from === 'default') {
    problems.push(
      'a burst is given, but no rate: give --rate-per-tenant N or TROUPE_RATE_PER_TENANT as well',
    );
  }
  if (config.apiKeys.from === 'default' && !options.insecure && !isLoopback(config.host.value)) {
    problems.push(
      `without API keys anybody who reaches ${config.host.value} could do anything: give --api-keys FILE or ` +
        'TROUPE_API_KEYS, or listen on 127.0.0.1, or say --insecure if this is meant',
    );
  }
  return { config, problems };
}

/** Returns what the user set, or null; `label` is how they would find it again. */
function givenFor(
  name: keyof Config,
  { flags, env }: ConfigOptions,
): { text: string; from: string; label: string } | null {
  const flag = flags[name];
  if (flag !== undefined) {
    const text = typeof flag === 'string' ? flag : flag.join(',');
    return {
      text,
      from: 'flag',
      label: `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    };
  }
  const words = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  // The names all programs that speak NATS know these by.
  const variable = words.startsWith('NATS_') ? words : `TROUPE_${words}`;
  // Set but empty is how compose files and CI say "not set".
  const text = env[variable] ?? '';
  return text === '' ? null : { text, from: `env ${variable}`, label: variable };
}

function age(text: string): number {
  const ms = ageMs(text);
  if (ms === null) throw new Error(`"${text}" is no age; give one ${AGE_FORMS}`);
  return ms;
}

function stopTime(text: string): number {
  const ms = durationMs(text);
  if (ms !== null && ms <= MOST_STOP_WITHIN_MS) return ms;
  throw new Error(`"${text}" is no time to stop in; give one like 25s or 2m, at most 1h`);
}

function storePath(text: string): string {
  if (text.trim() === '') throw new Error('names no file');
  return text;
}

function hostName(text: string): string {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0 && !/^[a-z0-9.-]+$/i.test(address)) {
    throw new Error(`"${text}" is not an address or host name; give one without a port, e.g. 127.0.0.1`);
  }
  return address;
}

function publicUrl(text: string): string {
  const fault = publicUrlFault(text);
  // A password may stand before an @.
  if (fault !== null) throw new Error(text.includes('@') ? fault : `"${text}" ${fault}`);
  return text.replace(/\/+$/, '');
}

function wholeNumber(text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`"${text}" is not a whole number from ${min} to ${max}`);
}

const someTasks = (text: string): number => wholeNumber(text, 1, 100_000_000);

function rate(text: string): number {
  const value = /^\d{1,6}(?:\.\d{1,6})?$/.test(text.trim()) ? Number(text) : 0;
  if (value > 0) return value;
  throw new Error(`"${text}" is no rate; give tasks a second, e.g. 50 or 0.5`);
}

function listOf(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '');
}

function folders(text: string): readonly string[] {
  return listOf(text).map((folder) => existing(folder, 'folder'));
}

function existing(path: string, kind: 'file' | 'folder'): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (kind === 'file' ? found?.isFile() : found?.isDirectory()) return path;
  throw new Error(`there is no ${kind} ${path === '' ? '""' : path}`);
}

function allowList(text: string): readonly string[] {
  const entries = listOf(text);
  createTargetPolicy(entries);
  return entries;
}

function natsUrl(text: string): string {
  parseNatsUrl(text);
  return text;
}

function subjectPrefix(text: string): string {
  new Subjects(text);
  return text;
}

function onOrOff(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new Error(`"${text}" is neither on nor off`);
}

function signingSecret(text: string): string {
  createSigner(text);
  return text;
}

function isolation(text: string): Isolation {
  const known = ISOLATIONS.find((name) => name === text);
  if (known === undefined) throw new Error(`"${text}" is no isolation; use one of ${ISOLATIONS.join(', ')}`);
  return known;
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) throw new Error(`"${text}" is not a level; use one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
