/**
 * `node --import tsx scripts/publish.ts NAME`: publishes a task to NATS and prints how it was taken, as any publisher
 * in any language would. With `--wait` it asks by request and reply instead, and follows the task's facts to its end.
 */

import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { Bus } from '../src/bus/bus.ts';
import { connectNats } from '../src/bus/nats.ts';
import { streamsOf } from '../src/bus/streams.ts';
import { Subjects } from '../src/bus/subjects.ts';
import { jsonArgument } from '../src/cli/json-argument.ts';
import { printJson, say } from '../src/cli/output.ts';

interface Options {
  readonly payload: string;
  readonly tenant: string;
  readonly key?: string;
  readonly natsUrl: string;
  readonly prefix: string;
  readonly wait?: true;
}

const REQUEST_TIMEOUT_MS = 10_000;
const ENDS: ReadonlySet<unknown> = new Set(['complete', 'failed', 'cancelled']);

const { NATS_URL = 'nats://127.0.0.1:4222', NATS_CREDS: creds, TROUPE_PREFIX = 'troupe' } = process.env;

const command = new Command('publish')
  .description('Publishes a task to NATS. The stream keeps it, whether or not a server runs.')
  .argument('<name>', 'a registered workflow, or a handler')
  .option('--payload <json>', 'JSON object, @FILE, or - for standard input', '{}')
  .option('--tenant <id>', 'whose task it is', 'default')
  .option('--key <key>', 'idempotency key: the same key and task again answers with the first')
  .option('--nats-url <url>', 'where NATS is (NATS_URL)', NATS_URL)
  .option('--prefix <word>', 'first word of every subject (TROUPE_PREFIX)', TROUPE_PREFIX)
  .option('--wait', 'follow it until it ends; exit 1 unless it is complete')
  .action(publish);

async function publish(name: string, options: Options): Promise<void> {
  const subjects = new Subjects(options.prefix);
  const body = { name, payload: jsonArgument('--payload', options.payload), idempotencyKey: options.key };
  const data = Buffer.from(JSON.stringify(body));
  const bus = await connectNats({
    url: options.natsUrl,
    ...(creds ? { creds } : {}),
    name: 'publish',
    streams: streamsOf(subjects),
    onError: (error) => say(String(error)),
  });
  try {
    if (options.wait) await follow(bus, subjects, options.tenant, data);
    else await keep(bus, subjects.of({ kind: 'submit', tenantId: options.tenant }), data);
  } finally {
    await bus.close();
  }
}

async function keep(bus: Bus, subject: string, data: Uint8Array): Promise<void> {
  const messageId = randomUUID();
  printJson({ subject, messageId, ...(await bus.publish(subject, data, { messageId })) });
}

async function follow(bus: Bus, subjects: Subjects, tenantId: string, data: Uint8Array): Promise<void> {
  const ask = async (call: 'submit' | 'get', body: Uint8Array): Promise<Record<string, unknown>> => {
    const subject = subjects.of({ kind: 'rpc', tenantId, call });
    const answer = await bus.request(subject, body, { timeoutMs: REQUEST_TIMEOUT_MS });
    const result = JSON.parse(Buffer.from(answer.data).toString()) as Record<string, unknown>;
    if (answer.headers['Nats-Service-Error-Code'] === undefined) return result;
    throw new Error(`refused: ${result['detail']} (${result['code']})`);
  };
  const { id } = await ask('submit', data);
  const taskId = String(id);
  const look = (): Promise<Record<string, unknown>> =>
    ask('get', Buffer.from(JSON.stringify({ id: taskId })));
  const task = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const see = (): void => {
      look().then((seen) => (ENDS.has(seen['status']) ? resolve(seen) : undefined), reject);
    };
    bus.subscribe(subjects.eventsPattern({ tenantId, taskId }), {}, ({ subject }) => {
      const address = subjects.parse(subject);
      if (address?.kind === 'stepFact') say(`${address.step}: ${address.fact}`);
      if (address?.kind === 'taskFact') see();
    });
    // It may have ended before there was anybody to hear of it.
    see();
  });
  printJson(task);
  if (task['status'] !== 'complete') process.exitCode = 1;
}

try {
  await command.parseAsync();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
