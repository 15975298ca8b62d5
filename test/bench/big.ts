/**
 * A workflow of the shape that recorded ones of science have (Montage: a wide layer, pairs of it, a join, a wide layer
 * again): what a large payload costs it, and how long whoever reads the task holds up the event loop at most.
 */

import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createApp } from '../../src/api/app.ts';
import { createTroupe, type StepDefinition, type Troupe } from '../../src/index.ts';
import { type Figures, inFolder, oneByOne } from './measure.ts';
import { orderRequest, stepOf, workflowOf } from './order.ts';
import { section } from './section.ts';

const HANDLER = 'compute';
/** Each reader asks for a path, and gives its name to a figure. */
const READS: Readonly<Record<string, (id: string) => string>> = {
  task: (id) => `/tasks/${id}`,
  step: (id) => `/tasks/${id}/steps/${nameOf(0)}`,
  graph: (id) => `/tasks/${id}/graph`,
  svg: (id) => `/tasks/${id}/diagram?format=svg`,
  mermaid: (id) => `/tasks/${id}/diagram?format=mermaid`,
  snapshot: (id) => `/tasks/${id}/snapshot`,
  moment: (id) => `/tasks/${id}/moment`,
  history: (id) => `/tasks/${id}/history`,
  historyEnd: (id) => `/tasks/${id}/history?after=20000`,
  inspection: (id) => `/tasks/${id}/inspection`,
  list: () => '/tasks',
  summaries: () => '/tasks?fields=summary',
  overview: () => '/overview',
  workflow: () => '/workflows/Montage',
  workflowGraph: () => '/workflows/Montage/graph',
};

const nameOf = (index: number): string => `ID${String(index).padStart(7, '0')}`;

/** A sixth of the steps projects, four sixths compare two of those each, and a sixth corrects what was projected. */
function montage(steps: number): StepDefinition[] {
  const sixth = Math.floor((steps - 3) / 6);
  const compared = steps - 3 - 2 * sixth;
  const step = (index: number, on: readonly number[]) => stepOf(nameOf(index), HANDLER, on.map(nameOf));
  const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
  const [pairs, joint] = [range(sixth, compared), sixth + compared];
  return [
    ...range(0, sixth).map((index) => step(index, [])),
    ...pairs.map((index) => step(index, [index % sixth, (index + 1) % sixth])),
    step(joint, pairs),
    step(joint + 1, [joint]),
    ...range(joint + 2, sixth).map((index, at) => step(index, [joint + 1, at])),
    step(joint + 2 + sixth, range(joint + 2, sixth)),
  ];
}

/** The longest time between two turns of the event loop while it goes on. */
async function longestHold(work: () => Promise<unknown>): Promise<number> {
  let [isOver, last, longest] = [false, performance.now(), 0];
  const watch = (async () => {
    while (!isOver) {
      await nextTurn();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  })();
  await work();
  isOver = true;
  await watch;
  return longest;
}

/** Takes all there is; it leaves a stream that goes on when nothing more comes. */
async function drain({ body }: Response): Promise<void> {
  if (body === null) return;
  for await (const chunk of body) if (Buffer.from(chunk).toString('latin1', 0, 11) === ': heartbeat') return;
}

async function readers(troupe: Troupe, id: string): Promise<Figures> {
  const app = createApp({ troupe, keys: null, version: '0', heartbeatMs: 500 });
  const figures: Record<string, number> = {};
  for (const [name, pathOf] of Object.entries(READS)) {
    figures[`${name}HoldMs`] = await longestHold(async () => drain(await app.request(pathOf(id))));
  }
  return figures;
}

const small = (steps: number): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: steps }, (_, index) => [nameOf(index), index / 2]));

await section({ steps: 9_820 }, ({ steps }) =>
  inFolder(async (folder) => {
    const troupe = await createTroupe({
      db: join(folder, 'troupe.db'),
      handlers: [{ name: HANDLER, concurrency: null, run: ({ step, payload }) => payload[step] ?? 0 }],
      workflows: [workflowOf('Montage', montage(steps))],
    });
    const request = { ...orderRequest, name: 'Montage' };
    const [emptyMs = Number.NaN] = await oneByOne(troupe, { ...request, payload: {} }, 1);
    const [payloadMs = Number.NaN] = await oneByOne(troupe, { ...request, payload: small(steps) }, 1);
    const [task] = troupe.listTasks({ tenantId: null, limit: 1 }).tasks;
    const figures = task === undefined ? {} : await readers(troupe, task.id);
    await troupe.close();
    return { emptyMs, payloadMs, payloadRatio: payloadMs / emptyMs, ...figures };
  }),
);
