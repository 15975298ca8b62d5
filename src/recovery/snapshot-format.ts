/**
 * The file of snapshots: JSON lines, first a header, then one line for each task with everything it needs to go on
 * elsewhere. Numbers of tasks stay behind: tasks name each other by id. What is derived from states is left out.
 */

import { z } from 'zod';
import { Refusal } from '../errors.ts';
import { MACHINE_VERSION } from '../kernel/turn.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import { faultsOf, strict } from '../workflow/parse.ts';

const FORMAT = 1;

const time = z.int().min(0);
const text = z.string();
/** As it is, to the letter: a schema of its fields would put them in another order. */
const object = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { error: 'must be an object' },
);
/** A replay checks the other fields. */
const journalEntry = z.looseObject({
  r: z.int().min(0),
  e: z.looseObject({ type: text, at: z.number() }),
  t: text,
});
/** Takes text in place of stored JSON that is damaged; it cannot be restored. */
const orDamaged = <T extends z.ZodType>(schema: T) => z.union([schema, text]);
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable();

const header = strict({
  troupe: z.literal('snapshots', { error: 'must be "snapshots": this is no file of snapshots' }),
  format: z.literal(FORMAT, { error: `must be ${FORMAT}, the only format this version reads` }),
  /** The schema of the store it came from; the lines do not depend on it. */
  schema: z.int().min(1),
  /** Earlier releases had no waits. */
  machines: strict({ task: text, step: text, wait: text.optional() }),
  exportedAt: text,
  /** How many lines follow: a file that was cut off is found out. */
  tasks: z.int().min(0),
});

const line = strict({
  task: strict({
    id: text.min(1),
    tenant: text.min(1),
    name: text.min(1),
    workflow: text.min(1),
    priority: z.int(),
    correlation: orNull(text),
    idempotencyKey: orNull(text),
    requestHash: orNull(text),
    createdAt: time,
    request: orDamaged(object),
    /** The wait whose child it is; missing of a task that is none. */
    parent: strict({ taskId: text, ref: z.int(), index: z.int().min(0), try: z.int().min(0) }).optional(),
  }),
  /** The workflow as it was registered; null for a task that is one handler. */
  workflow: orNull(
    strict({
      /** The definition has these too, and earlier releases wrote nothing else. */
      namespace: text.optional(),
      name: text,
      version: text,
      createdAt: time,
      definition: orDamaged(object),
      /** The file it came as, if it did. */
      source: strict({ format: z.enum(['yaml', 'markdown']), text: z.string() }).optional(),
    }),
  ),
  actors: z
    .array(
      strict({
        ref: z.int().min(0),
        machine: text,
        state: text,
        context: orDamaged(object),
        timers: orNull(orDamaged(object)),
      }),
    )
    .min(1),
  journal: z.array(
    strict({ seq: z.int().min(1), count: z.int().min(1), entries: orDamaged(z.array(journalEntry)) }),
  ),
  /** `taskId` null: no task of that name yet; `pruned`: there was one. `status` as it was at the export. */
  dependencies: z.array(
    strict({
      name: text,
      taskId: orNull(text),
      status: orNull(text),
      pruned: z.literal(true).optional(),
    }),
  ),
  webhooks: z.array(
    strict({ id: text, ref: z.int(), type: text, url: text, body: text, status: text, createdAt: time }),
  ),
  setAside: z.array(strict({ ref: z.int().min(0), at: time, why: text })),
  /** Signals that were sent to the task, and (by its ref) the wait that has taken each. */
  signals: z
    .array(
      strict({
        id: text,
        name: text,
        at: time,
        by: text,
        data: text,
        takenBy: orNull(z.int()),
      }),
    )
    .optional(),
});

export type SnapshotHeader = z.infer<typeof header>;
export type SnapshotLine = z.infer<typeof line>;

export const headerFor = (tasks: number, exportedAtMs: number): SnapshotHeader => ({
  troupe: 'snapshots',
  format: FORMAT,
  schema: MIGRATIONS.length,
  machines: MACHINE_VERSION,
  exportedAt: new Date(exportedAtMs).toISOString(),
  tasks,
});

/** Refused: INVALID_SNAPSHOTS, with every fault. */
export const parseHeader = (input: unknown): SnapshotHeader => parse(header, input, 1);

export const parseLine = (input: unknown, number: number): SnapshotLine => parse(line, input, number);

function parse<Output>(schema: z.ZodType<Output>, input: unknown, number: number): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = faultsOf(result.error);
  const [{ pointer, message } = { pointer: '', message: 'it is not understood' }] = faults;
  throw new Refusal('INVALID_SNAPSHOTS', `line ${number}: ${pointer} ${message}`, { faults });
}
