/** Facts for those who listen right now, within the process and over NATS. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { ANY, Subjects } from '../../src/bus/subjects.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { Fact } from '../../src/views/tasks.ts';
import { TestNats } from '../nats-server.ts';
import { handlers, request, startTroupe, step, taskFact, workflow } from '../support.ts';

const flow = workflow('shop', [
  step('charge', [], { handler: 'work', channel: 'money & more.>' }),
  step('pack', ['charge'], { handler: 'work' }),
]);

let server: TestNats;
beforeAll(async () => {
  server = await TestNats.start();
});
afterAll(() => server?.stop());

async function overNats(): Promise<Partial<TroupeOptions>> {
  const prefix = `t${randomUUID()}`;
  const streams = streamsOf(new Subjects(prefix));
  const bus = await connectNats({ url: server.url, name: 'announce', streams, onError: () => undefined });
  onTestFinished(() => bus.close());
  return { prefix, bus };
}

async function runOne(troupe: Troupe): Promise<string> {
  const { taskId } = await troupe.submit(request('shop', { tenantId: 'a.b' }));
  await taskFact(troupe, taskId, 'complete');
  return taskId;
}

function listen(troupe: Troupe, pattern: string): { subject: string; fact: Fact }[] {
  const heard: { subject: string; fact: Fact }[] = [];
  troupe.bus.subscribe(pattern, {}, ({ subject, data }) => {
    heard.push({ subject, fact: JSON.parse(Buffer.from(data).toString()) as Fact });
  });
  return heard;
}

describe.each([
  ['in one process', async () => ({})],
  ['over NATS', overNats],
])('%s', (_name, options: () => Promise<Partial<TroupeOptions>>) => {
  const start = async () =>
    startTroupe({ handlers: handlers({ work: () => 1 }), workflows: [flow], ...(await options()) });

  it('a channel carries the facts of the steps that name it, and no others', async () => {
    const troupe = await start();
    const { subjects } = troupe;
    const heard = listen(troupe, subjects.pattern({ kind: 'channel', tenantId: ANY, channel: ANY }));
    const taskId = await runOne(troupe);
    await vi.waitFor(() =>
      expect(heard.map(({ fact }) => fact.fact)).toEqual(['pending', 'running', 'complete']),
    );
    const subject = subjects.of({ kind: 'channel', tenantId: 'a.b', channel: 'money & more.>' });
    for (const each of heard) {
      expect(each).toMatchObject({ subject, fact: { taskId, actor: 'step:charge' } });
    }
  });

  it('a subscriber hears the facts of a task in order', async () => {
    const troupe = await start();
    const pattern = troupe.subjects.eventsPattern({ tenantId: 'a.b', taskId: ANY });
    const heard = listen(troupe, pattern);
    await runOne(troupe);
    await vi.waitFor(() => expect(heard.at(-1)?.fact).toMatchObject({ actor: 'task', fact: 'complete' }));
    const seqs = heard.map(({ fact }) => fact.seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);
  });
});
