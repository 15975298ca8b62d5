/** Prints where a server listens, with what, and a line to try it with. */

import { withoutLogin } from '../bus/nats/address.ts';
import type { HealthStatus } from '../views/orchestrator.ts';
import type { HostedHandler } from '../worker/host/messages.ts';
import type { Config } from './config.ts';
import { plain, say } from './output.ts';
import type { ServerLog } from './server-log.ts';

export function describeServer(
  config: Config,
  handlers: readonly HostedHandler[],
  { url, nats }: { readonly url: string; readonly nats: HealthStatus['nats'] },
  { isTerminal, announceAddress }: ServerLog,
): void {
  const names = handlers.map(({ name }) => plain(name));
  const [first] = handlers;
  const tryIt = first === undefined ? null : curlFor(url, first.name, config.apiKeys.value !== null);
  const facts = { url, data: config.db.value, bus: busLine(config, nats), handlers: names, tryIt };
  announceAddress(`troupe: listening on ${url}`, facts);
  if (!isTerminal) return;
  say(`  process   ${process.pid}`);
  say(`  data      ${facts.data}`);
  say(`  bus       ${facts.bus}`);
  say(`  handlers  ${names.length === 0 ? noHandlers(config) : names.join(', ')}`);
  if (tryIt !== null) say(`  try it    ${tryIt}`);
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
