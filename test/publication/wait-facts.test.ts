// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** The facts of waits: who listens learns what is waited for, and until when, and nothing by which to answer it. */

import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { ANY, Subjects } from '../../src/bus/subjects.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { Fact } from '../../src/views/tasks.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { Recorder } from '../bus/recorder.ts';
import { TestNats } from '../nats-server.ts';
import { request, startTroupe, stepFact, taskFact } from '../support.ts';

const HOUR_MS = 3_600_000;

const order = defineWorkflow({
  name: 'order',
  steps: {
    rest: { sleep: '1h' },
    paid: { dependsOn: ['rest'], waitFor: { signal: 'payment', key: '${payload.order}' } },
    manager: {
      dependsOn: ['paid'],
      channel: 'office',
      waitFor: { approval: 'Ship ${payload.order}?', within: '24h', remind: '4h' },
    },
  },
});

interface Heard {
  readonly subject: string;
  readonly fact: Fact;
}

async function listen(more: Partial<TroupeOptions> = {}) {
  const clock = new ManualClock();
  const troupe = await startTroupe({ workflows: [order], clock, publicUrl: 'https://shop.example', ...more });
  const heard = new Recorder<Heard>();
  const { subjects } = troupe;
  const patterns = [
    ...(['waiting', 'reminded'] as const).map((fact) =>
      subjects.pattern({ kind: 'stepFact', tenantId: 'default', taskId: ANY, step: ANY, fact }),
    ),
    subjects.pattern({ kind: 'channel', tenantId: ANY, channel: 'office' }),
  ];
  for (const pattern of patterns)
    troupe.bus.subscribe(pattern, {}, ({ subject, data }) => {
      const fact = JSON.parse(Buffer.from(data).toString()) as Fact;
      if (fact.fact === 'waiting' || fact.fact === 'reminded') heard.record({ subject, fact });
    });
  return { troupe, clock, heard };
}

async function toManager(troupe: Troupe, clock: ManualClock): Promise<string> {
  const { taskId: id } = await troupe.submit(request('order', { payload: { order: '7' } }));
  await stepFact(troupe, id, 'rest', 'waiting');
  clock.advance(HOUR_MS);
  await stepFact(troupe, id, 'paid', 'waiting');
  await troupe.signalTask(null, id, 'payment', {}, 'test');
  await stepFact(troupe, id, 'manager', 'waiting');
  return id;
}

const about = ({ fact: { actor, fact, for: what, until, prompt } }: Heard) => [
  `${actor} ${fact}`,
  what,
  until,
  prompt,
];

it('they say what is waited for, until when, and what is asked', async () => {
  const { troupe, clock, heard } = await listen();
  const id = await toManager(troupe, clock);
  const manager = ['approval', '2030-01-02T01:00:00.000Z', 'Ship 7?'];
  // The step with a channel is told of there too.
  expect((await heard.first(4)).map(about)).toEqual([
    ['step:rest waiting', 'sleep', '2030-01-01T01:00:00.000Z', null],
    ['step:paid waiting', 'signal', null, null],
    ['step:manager waiting', ...manager],
    ['step:manager waiting', ...manager],
  ]);
  expect(heard.seen[2]?.subject).toBe(`troupe.events.default.${id}.step.manager.waiting`);
  expect(heard.seen[3]?.subject).toBe('troupe.channels.default.office');
});

it('a reminder says the end as it is by then', async () => {
  const { troupe, clock, heard } = await listen();
  const id = await toManager(troupe, clock);
  const until = '2030-01-05T00:00:00.000Z';
  const extended = { by: 'test', reason: null, until };
  await troupe.stepVerb(null, id, 'manager', 'extend', extended);
  clock.advance(4 * HOUR_MS);
  const fact = await stepFact(troupe, id, 'manager', 'reminded');
  expect(fact).toMatchObject({ for: 'approval', until, prompt: 'Ship 7?' });
  expect((await heard.nth(5)).fact).toEqual(fact);
});

it('the facts of the task, and those of other steps, have nothing of it', async () => {
  const { troupe, clock } = await listen();
  const id = await toManager(troupe, clock);
  expect(await taskFact(troupe, id, 'waiting')).not.toHaveProperty('for');
  expect(await stepFact(troupe, id, 'rest', 'complete')).not.toHaveProperty('until');
});

it('no link that answers stands in a fact or in the history, over NATS neither', async () => {
  const nats = await TestNats.start();
  try {
    const prefix = `t${randomUUID()}`;
    const streams = streamsOf(new Subjects(prefix));
    const bus = await connectNats({ url: nats.url, name: prefix, streams, onError: () => undefined });
    const { troupe, clock, heard } = await listen({ bus, prefix });
    const id = await toManager(troupe, clock);
    const { approvals } = troupe.listApprovals({ tenantId: null, limit: 1 });
    const token = approvals[0]?.token ?? '';
    expect(token).toMatch(/^[\w-]{54}$/);
    await troupe.answerApproval(token, 'approve', null);
    await taskFact(troupe, id, 'complete');
    const facts = await heard.first(4);
    expect(facts.map(about)).toContainEqual([
      'step:manager waiting',
      'approval',
      '2030-01-02T01:00:00.000Z',
      'Ship 7?',
    ]);
    const told = JSON.stringify([facts, [...troupe.history(null, id)], troupe.getTask(null, id)]);
    expect(told).not.toContain(token);
    expect(told).not.toContain('/approvals/');
    await troupe.close({ graceMs: 0 });
  } finally {
    await nats.stop();
  }
});
