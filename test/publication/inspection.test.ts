/** XState's inspector understands these messages: told live to listeners, and told again from the journal. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createActor } from 'xstate';
import { stepMachine, taskMachine } from '../../machines/index.ts';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import type { InspectionEvent } from '../../src/publication/inspection.ts';
import type { Troupe } from '../../src/troupe.ts';
import { TestNats } from '../nats-server.ts';
import { gate, handlers, request, startTroupe, step, stepFact, taskFact, workflow } from '../support.ts';

const flow = workflow('pair', [step('one'), step('two', ['one'])]);

function listen(troupe: Troupe): InspectionEvent[] {
  const heard: InspectionEvent[] = [];
  troupe.bus.subscribe('*.inspect.>', {}, ({ data }) => {
    heard.push(JSON.parse(Buffer.from(data).toString()) as InspectionEvent);
  });
  return heard;
}

const isActor = ({ type }: InspectionEvent): boolean => type === '@xstate.actor';
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('inspection', () => {
  it('is the same live as from the journal, retries and all', async () => {
    const clock = new ManualClock();
    let failures = 1;
    const one = (): void => {
      if (failures-- > 0) throw new Error('not yet');
    };
    const troupe = await startTroupe({ clock, handlers: handlers({ one, two: () => 2 }), workflows: [flow] });
    const heard = listen(troupe);
    const { taskId } = await troupe.submit(request('pair'));
    await stepFact(troupe, taskId, 'one', 'retrying');
    clock.advance(60_000);
    await taskFact(troupe, taskId, 'complete');
    await vi.waitFor(() => expect(heard).toEqual(plain([...troupe.inspection(null, taskId)])));
    const actors = heard.filter(isActor);
    expect(actors.map(({ sessionId }) => sessionId)).toEqual(
      ['task', 'step:one', 'step:two'].map((actor) => `${taskId}/${actor}`),
    );
  });

  it('has snapshots that plain XState opens, in the state they say', async () => {
    const troupe = await startTroupe({
      handlers: handlers({ one: () => 1, two: () => 2 }),
      workflows: [flow],
    });
    const { taskId } = await troupe.submit(request('pair'));
    await taskFact(troupe, taskId, 'complete');
    const snapshots = [...troupe.inspection(null, taskId)].filter(({ type }) => type === '@xstate.snapshot');
    expect(snapshots.length).toBeGreaterThan(6);
    for (const told of snapshots) {
      if (told.type !== '@xstate.snapshot') continue;
      const snapshot = plain(told.snapshot) as { value: unknown };
      const opened = told.sessionId.endsWith('/task')
        ? createActor(taskMachine, { snapshot: snapshot as never, input: undefined as never })
        : createActor(stepMachine, { snapshot: snapshot as never, input: undefined as never });
      expect(opened.getSnapshot().value).toEqual(snapshot.value);
    }
  });

  it('tells a birth as XState itself does', async () => {
    const troupe = await startTroupe({
      handlers: handlers({ one: () => 1, two: () => 2 }),
      workflows: [flow],
    });
    const { taskId } = await troupe.submit(request('pair'));
    await taskFact(troupe, taskId, 'complete');
    const told = [...troupe.inspection(null, taskId)].filter(({ sessionId }) =>
      sessionId.endsWith('step:one'),
    );
    const native: { type: string; event?: { type: string } }[] = [];
    createActor(stepMachine, {
      input: { at: 0, policy: {} },
      inspect: (event) => native.push(event as (typeof native)[number]),
    }).start();
    const shape = (events: readonly { type: string; event?: { type: string } }[]) =>
      events.map(({ type, event }) => [type, event?.type]);
    const known = native.filter(({ type }) =>
      ['@xstate.actor', '@xstate.event', '@xstate.snapshot'].includes(type),
    );
    expect(shape(told.slice(0, 3))).toEqual(shape(known));
  });

  it('introduces the actors there are to a listener who comes late', async () => {
    const one = gate<number>();
    const troupe = await startTroupe({
      handlers: handlers({ one: () => one.promise, two: () => 2 }),
      workflows: [flow],
    });
    const { taskId } = await troupe.submit(request('pair'));
    await stepFact(troupe, taskId, 'one', 'running');
    const heard = listen(troupe);
    one.open(1);
    await taskFact(troupe, taskId, 'complete');
    await vi.waitFor(() => expect(heard.filter(isActor)).toHaveLength(3));
    expect(heard.slice(0, 2)).toMatchObject([
      { type: '@xstate.actor', name: 'task', snapshot: { value: 'running' } },
      { type: '@xstate.actor', name: 'step:one', parentId: `${taskId}/task`, snapshot: { value: 'running' } },
    ]);
  });
});

describe('inspection over NATS', () => {
  let server: TestNats;
  beforeAll(async () => {
    server = await TestNats.start();
  });
  afterAll(() => server?.stop());

  async function start(inspect: boolean): Promise<Troupe> {
    const prefix = `t${randomUUID()}`;
    const streams = streamsOf(new Subjects(prefix));
    const bus = await connectNats({ url: server.url, name: 'inspect', streams, onError: () => undefined });
    onTestFinished(() => bus.close());
    return startTroupe({ prefix, bus, inspect, handlers: handlers({ work: () => 1 }) });
  }

  it('is published when asked for, and only then', async () => {
    for (const inspect of [false, true]) {
      const troupe = await start(inspect);
      const heard = listen(troupe);
      const { taskId } = await troupe.submit(request('work'));
      await taskFact(troupe, taskId, 'complete');
      // Messages published before this one have been heard when this is.
      const done = gate();
      troupe.bus.subscribe(`done.${taskId}`, {}, () => done.open());
      await troupe.bus.publish(`done.${taskId}`, new Uint8Array());
      await done.promise;
      const ended = { type: '@xstate.snapshot', sessionId: `${taskId}/task`, snapshot: { status: 'done' } };
      if (inspect) expect(heard.at(-1)).toMatchObject(ended);
      else expect(heard).toEqual([]);
    }
  });
});
