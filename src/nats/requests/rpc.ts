/**
 * Answers `troupe.rpc.<tenant>.<call>`; over NATS as a micro service, found by those who ask for services. Of several
 * orchestrators any may be asked: one that does not have a task asks the others for the one that has.
 */

import type { Logger } from 'pino';
import type { BusMessage } from '../../bus/message.ts';
import { type Address, ANY, RPC_CALLS } from '../../bus/subjects.ts';
import { isRefusal, Refusal } from '../../errors.ts';
import type { Troupe } from '../../troupe.ts';
import { internalError, refusalProblem } from '../../views/problem.ts';
import { unknownSubject } from '../intake/message-key.ts';
import { type Answer, no, reply, yes } from './answer.ts';
import { CALLS } from './calls.ts';

export interface Rpc {
  /** Takes nothing more; resolves when what was asked is answered. */
  close(): Promise<void>;
}

export interface RpcOptions {
  readonly version: string;
  readonly log: Logger;
  /** The server has API keys. Default: no. */
  readonly isKeyed?: boolean;
}

/** Servers without the task say nothing, so that a task nobody has takes this long to be not found. */
const OWNER_TIMEOUT_MS = 1_000;

/** Resolves whether or not the bus is connected. */
export async function startRpc(troupe: Troupe, { version, log, isKeyed = false }: RpcOptions): Promise<Rpc> {
  const { bus, subjects } = troupe;
  const open = new Set<Promise<void>>();
  const handler = (message: BusMessage): void => {
    const answered = respond(troupe, message, { log, isKeyed }).finally(() => open.delete(answered));
    open.add(answered);
  };
  const service = await bus.serve({
    name: 'troupe',
    version,
    description:
      'Durable tasks made of steps: submit them, look at them, steer them, signal them and answer what they ask',
    endpoints: RPC_CALLS.map((call) => ({
      name: call,
      pattern: subjects.pattern({ kind: 'rpc', tenantId: ANY, call }),
      handler,
    })),
  });
  const owner = RPC_CALLS.map((call) =>
    bus.subscribe(subjects.pattern({ kind: 'rpcOwner', tenantId: ANY, call }), {}, handler),
  );
  return {
    async close() {
      for (const subscription of [service, ...owner]) subscription.unsubscribe();
      await Promise.all(open);
    },
  };
}

type Answering = Pick<RpcOptions, 'log'> & { readonly isKeyed: boolean };

/** Never rejects. */
async function respond(troupe: Troupe, message: BusMessage, answering: Answering): Promise<void> {
  const { subject, replyTo } = message;
  const { log } = answering;
  try {
    const answer = await ask(troupe, message, answering);
    if (answer !== null && replyTo !== null) await reply(troupe.bus, replyTo, answer);
  } catch (err) {
    log.warn({ err, subject }, 'a request could not be answered');
  }
}

/** null: it is for the one that has the task to answer, and this is not it. */
async function ask(troupe: Troupe, message: BusMessage, { log, isKeyed }: Answering): Promise<Answer | null> {
  const address = troupe.subjects.parse(message.subject);
  try {
    if (address?.kind !== 'rpc' && address?.kind !== 'rpcOwner') throw unknownSubject(message.subject);
    const { call, tenantId } = address;
    return yes(await CALLS[call](troupe, { tenantId, message, isKeyed }));
  } catch (err) {
    if (isRefusal(err, 'TASK_NOT_FOUND')) {
      if (address?.kind === 'rpcOwner') return null;
      return (await askOwner(troupe, message, address)) ?? no(refusalProblem(err));
    }
    if (err instanceof Refusal) return no(refusalProblem(err));
    log.error({ err, subject: message.subject }, 'a request failed');
    return no(internalError());
  }
}

/** null: nobody has the task. */
async function askOwner(
  { bus, subjects }: Troupe,
  { data }: BusMessage,
  address: Address | null,
): Promise<Answer | null> {
  // Within one process there are no others.
  if (address?.kind !== 'rpc' || bus.link === null) return null;
  try {
    const subject = subjects.of({ ...address, kind: 'rpcOwner' });
    return await bus.request(subject, data, { timeoutMs: OWNER_TIMEOUT_MS });
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'unavailable') return null;
    throw error;
  }
}
