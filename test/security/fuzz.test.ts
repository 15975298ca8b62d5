/** A short run of `npm run fuzz`, its seed told when something is found; the doors there are those tried here. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { commandDoor } from '../harness/fuzz/command-line.ts';
import { type Door, tryDoor } from '../harness/fuzz/door.ts';
import { httpDoor } from '../harness/fuzz/http.ts';
import { messageDoor } from '../harness/fuzz/messages.ts';
import { textDoors } from '../harness/fuzz/texts.ts';
import { TestNats } from '../nats-server.ts';
import { temporaryFolder } from '../support.ts';

const seed = Math.floor(Math.random() * 1_000_000);
let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats.stop());

async function holds<Input>(door: Door<Input>, forMs: number): Promise<void> {
  const { inputs, findings } = await tryDoor(door, { seed, forMs, maxCpuMs: Infinity });
  expect(findings, `npm run fuzz -- --seed ${seed}`).toEqual([]);
  expect(inputs).toBeGreaterThan(0);
}

describe('whatever is thrown at it, Troupe answers or refuses, soon, and its store is whole', () => {
  for (const door of textDoors()) it(`as ${door.name}`, () => holds(door, 200));

  it('over HTTP, on raw sockets', async () => holds(await httpDoor(), 800));

  it('in messages inside the process', async () => holds(await messageDoor('messages'), 500));

  it('in messages over NATS', async () => {
    const streams = streamsOf(new Subjects('troupe'));
    const open = () => connectNats({ url: nats.url, name: 'fuzz', streams, onError: () => undefined });
    await holds(await messageDoor('NATS', await open(), await open()), 800);
  });

  it('as arguments of the command', () => holds(commandDoor(temporaryFolder()), 1_000));
});
