/** The facts a real stream holds, in its order, beside those the journal tells. */

import { connect } from 'nats';
import type { Troupe } from '../../src/troupe.ts';
import type { Fact } from '../../src/views/tasks.ts';

export interface Streamed {
  readonly subject: string;
  readonly messageId: string;
  readonly traceparent: string;
  readonly fact: Fact;
}

/** How many a stream holds, without reading them: whoever waits for many asks for that often. */
export async function countStreamed(url: string, stream: string): Promise<number> {
  const connection = await connect({ servers: url });
  try {
    const manager = await connection.jetstreamManager();
    return (await manager.streams.info(stream)).state.messages;
  } finally {
    await connection.close();
  }
}

export async function streamedFacts(url: string, stream: string): Promise<Streamed[]> {
  const connection = await connect({ servers: url });
  try {
    const manager = await connection.jetstreamManager();
    const { state } = await manager.streams.info(stream);
    const facts: Streamed[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
      const { subject, header, data } = await manager.streams.getMessage(stream, { seq });
      facts.push({
        subject,
        messageId: header.get('Nats-Msg-Id'),
        traceparent: header.get('traceparent'),
        fact: JSON.parse(Buffer.from(data).toString()) as Fact,
      });
    }
    return facts;
  } finally {
    await connection.close();
  }
}

/** All facts of the journal, once so many tasks have ended. */
export async function journaledFacts(troupe: Troupe, tasks: number): Promise<Fact[]> {
  const stop = new AbortController();
  const facts: Fact[] = [];
  let ended = 0;
  for await (const { fact } of troupe.events({ tenantId: null, after: '0-0', signal: stop.signal })) {
    facts.push(fact);
    if (fact.actor === 'task' && fact.fact === 'complete') ended++;
    if (ended === tasks) stop.abort();
  }
  return facts;
}

/** Returns what a listener sees who skips repeats by `seq`: each task's facts in the order they came. */
export function withoutRepeats(facts: readonly Fact[]): Map<string, Fact[]> {
  const byTask = new Map<string, Fact[]>();
  for (const fact of facts) {
    const seen = byTask.get(fact.taskId) ?? [];
    byTask.set(fact.taskId, seen);
    if (!seen.some(({ seq }) => seq === fact.seq)) seen.push(fact);
  }
  return byTask;
}
