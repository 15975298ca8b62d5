/** What a server says once it listens: where, with what, and a line to try it with. */

import { withoutLogin } from '../bus/nats/address.ts';
import type { Config } from '../config.ts';
import type { HealthStatus } from '../orchestrator.ts';
import type { HandlerEntry } from '../worker/job.ts';
import { plain, print, say } from './output.ts';

export function describeServer(
  config: Config,
  handlers: readonly HandlerEntry[],
  { url, nats }: { readonly url: string; readonly nats: HealthStatus['nats'] },
): void {
  print(`troupe: listening on ${url}`);
  const names = handlers.map(({ name }) => plain(name));
  say(`  data      ${config.db.value}`);
  say(`  bus       ${busLine(config, nats)}`);
  say(`  handlers  ${names.length === 0 ? noHandlers(config) : names.join(', ')}`);
  const [first] = handlers;
  if (first !== undefined) say(`  try it    ${curlFor(url, first.name, config.apiKeys.value !== null)}`);
}

function busLine({ natsUrl, prefix }: Config, nats: HealthStatus['nats']): string {
  if (natsUrl.value === null || nats === null) return 'in-process';
  const where = `NATS at ${withoutLogin(natsUrl.value)}, subjects ${prefix.value}.>`;
  return nats.connected ? where : `${where} (not reached yet; it is tried until it is there)`;
}

function noHandlers({ natsUrl }: Config): string {
  return natsUrl.value === null
    ? 'none: tasks wait until --handlers gives some'
    : 'none: work is for workers on NATS';
}

function curlFor(url: string, name: string, isKeyed: boolean): string {
  const body = JSON.stringify({ name, payload: { orderId: 'ORD123' } });
  const key = isKeyed ? ` -H "authorization: Bearer $TROUPE_API_KEY"` : '';
  // The way to write a single quote inside single quotes in a POSIX shell.
  const quoted = `'${body.replaceAll("'", `'\\''`)}'`;
  return `curl -s ${url}/tasks -H 'content-type: application/json'${key} -d ${quoted}`;
}
