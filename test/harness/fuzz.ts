/**
 * `npm run fuzz -- --minutes 5 --seed 7`: throws inputs at every way in, one after the other, for the time given in
 * all. Tells how many, and of each finding the smallest input. Exits 1 if there is any.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { findNatsServer, startNatsServer } from '../../src/cli/nats-server.ts';
import { commandDoor } from './fuzz/command-line.ts';
import { type Door, MAX_CPU_MS, tryDoor } from './fuzz/door.ts';
import { httpDoor } from './fuzz/http.ts';
import { messageDoor } from './fuzz/messages.ts';
import { textDoors } from './fuzz/texts.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('--minutes is a number above 0, --seed a whole number');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'troupe-fuzz-'));
const program = process.env['NATS_SERVER'] ?? findNatsServer();
const nats = program === null ? null : await startNatsServer({ program, folder });

async function natsDoor(url: string): Promise<Door> {
  const streams = streamsOf(new Subjects('troupe'));
  const open = () => connectNats({ url, name: 'fuzz', streams, onError: () => undefined });
  return (await messageDoor('NATS messages', await open(), await open())) as Door;
}

const doors: (() => Door | Promise<Door>)[] = [
  ...textDoors().map((door) => () => door),
  async () => (await httpDoor()) as Door,
  async () => (await messageDoor('messages inside the process')) as Door,
  ...(nats === null ? [] : [() => natsDoor(nats.url)]),
  () => commandDoor(folder) as Door,
];
try {
  console.log(`seed ${seed}${nats === null ? '; no nats-server found: without NATS' : ''}`);
  for (const open of doors) {
    const { name, inputs, slowestMs, outcomes, findings } = await tryDoor(await open(), {
      seed,
      maxCpuMs: MAX_CPU_MS,
      forMs: (minutes * 60_000) / doors.length,
    });
    console.log(
      `${name}: ${inputs} inputs, slowest ${slowestMs} ms of processor, findings ${findings.length}`,
    );
    console.log(`  ${[...outcomes].map(([outcome, count]) => `${outcome}: ${count}`).join(', ')}`);
    for (const finding of findings) console.error(finding);
    if (findings.length > 0) process.exitCode = 1;
  }
} finally {
  await nats?.stop();
  rmSync(folder, { recursive: true, force: true });
}
