/** A Troupe on NATS in a process of its own, there to be killed: it does what stands in its first argument. */

import { connectNats } from '../../src/bus/nats.ts';
import { streamsOf } from '../../src/bus/streams.ts';
import { Subjects } from '../../src/bus/subjects.ts';
import { createTroupe } from '../../src/troupe.ts';
import { handlers, request } from '../support.ts';
import { threeSteps } from './three-steps.ts';

const { db, url, prefix, tasks } = JSON.parse(process.argv[2] ?? '') as {
  db: string;
  url: string;
  prefix: string;
  tasks: number;
};
const streams = streamsOf(new Subjects(prefix));
const bus = await connectNats({ url, name: 'crash', streams, onError: () => undefined });
const troupe = await createTroupe({
  db,
  prefix,
  bus,
  handlers: handlers({ work: () => 1 }),
  workflows: [threeSteps],
});
await Promise.all(Array.from({ length: tasks }, () => troupe.submit(request('three'))));
process.stdout.write('submitted\n');
