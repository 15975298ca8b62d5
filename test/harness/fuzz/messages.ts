/** Messages on the bus: submissions, signals, requests and what workers send back, from publishers who may say anything. */

import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import type { Bus } from '../../../src/bus/bus.ts';
import { RPC_CALLS } from '../../../src/bus/subjects.ts';
import { Refusal } from '../../../src/errors.ts';
import { type Door, within } from './door.ts';
import { brokenBytes, giantJson, nastyJson, nastyText, spoilt } from './inputs.ts';
import { openFuzzSite } from './site.ts';

interface Message {
  readonly kind: 'submit' | 'signal' | 'rpc' | 'outcome';
  readonly tenantId: string;
  readonly call: (typeof RPC_CALLS)[number];
  readonly names: readonly [string, string];
  readonly messageId: string;
  readonly data: Uint8Array;
}

const OUTCOME = {
  token: 't',
  status: 'failed',
  error: { name: 'E', message: 'm', retryAfter: 1 },
  record: { a: 1 },
};
const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value) ?? '');

const message: fc.Arbitrary<Message> = fc.record({
  kind: fc.constantFrom('submit', 'signal', 'rpc', 'rpc', 'outcome'),
  tenantId: fc.oneof(
    fc.constant('a'),
    nastyText.filter((text) => text !== ''),
  ),
  call: fc.constantFrom(...RPC_CALLS),
  names: fc.tuple(nastyText, nastyText),
  messageId: nastyText,
  data: fc.oneof(
    { weight: 4, arbitrary: spoilt({ name: 'echo', payload: {}, tags: [], idempotencyKey: 'k' }).map(bytes) },
    { weight: 3, arbitrary: spoilt({ id: 'x', reason: 'r' }).map(bytes) },
    { weight: 2, arbitrary: spoilt({ key: 'k', data: { n: 1 }, id: 's', keepSeconds: 1 }).map(bytes) },
    { weight: 1, arbitrary: spoilt({ name: 'go', key: 'k', data: [], signalId: 's' }).map(bytes) },
    { weight: 1, arbitrary: spoilt({ id: 'x', step: 's', until: '2030-01-01' }).map(bytes) },
    {
      weight: 3,
      arbitrary: spoilt({ status: 'failed', name: 'echo', limit: 5, cursor: 'c', tag: 't' }).map(bytes),
    },
    { weight: 3, arbitrary: spoilt(OUTCOME).map(bytes) },
    { weight: 2, arbitrary: nastyJson.map(bytes) },
    { weight: 2, arbitrary: brokenBytes },
    giantJson.map((text) => Buffer.from(text)),
  ),
});

/** `bus`: of the site; `publisher`: of whoever says anything. */
export async function messageDoor(name: string, bus?: Bus, publisher?: Bus): Promise<Door<Message>> {
  const site = await openFuzzSite(bus);
  const { subjects } = site.troupe;
  const from = publisher ?? site.troupe.bus;
  await untilServed(from, subjects.of({ kind: 'rpc', tenantId: 'a', call: 'list' }));
  return {
    name,
    inputs: message,
    async enter({ kind, tenantId, call, names: [taskId, step], messageId, data }) {
      let outcome = 'sent';
      try {
        if (kind === 'rpc') {
          const { headers } = await within(
            3_000,
            from.request(subjects.of({ kind, tenantId, call }), data, { timeoutMs: 5_000 }),
          );
          const code = Number(headers['Nats-Service-Error-Code'] ?? 200);
          outcome = String(code);
          if (code >= 500) throw new Error(`${call} answered ${code}`);
        } else {
          const subjectOf = {
            submit: () => subjects.of({ kind: 'submit', tenantId }),
            signal: () => subjects.of({ kind: 'signal', tenantId, name: step }),
            outcome: () => subjects.of({ kind: 'outcome', node: site.node, tenantId, taskId, step }),
          };
          await from.publish(subjectOf[kind](), data, { messageId });
        }
      } catch (error) {
        // The bus itself takes no message that is too large, or a header or a subject that cannot be.
        if (!(error instanceof Refusal) || error.kind === 'unavailable') throw error;
        outcome = 'not carried';
      }
      if (site.mistakes.length > 0) throw new Error(site.mistakes[0]);
      return outcome;
    },
    async close() {
      await site.close();
      await bus?.close();
      await publisher?.close();
    },
  };
}

/** Waits until a request reaches a subscription of another connection, which the server between must learn of. */
async function untilServed(from: Bus, subject: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await from.request(subject, Buffer.from('{}'), { timeoutMs: 5_000 });
      return;
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'unavailable' || tries === 100) throw error;
      await pause(50);
    }
  }
}
