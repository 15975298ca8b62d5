/**
 * A scenario: workflows, what each attempt of each step does, and moves made from outside one after another, each at
 * its moment. A move that was never answered is made again, as a client would.
 */

import { Refusal } from '../../../src/errors.ts';
import type { Troupe } from '../../../src/troupe.ts';
import type { StepVerb, TaskVerb } from '../../../src/views/orchestrator.ts';
import type { TaskStatus, TaskView } from '../../../src/views/tasks.ts';
import type { StepDefinition, WorkflowDefinition } from '../../../src/workflow/definition.ts';
import { parseTaskRequest, type TaskRequest } from '../../../src/workflow/task-request.ts';
import { sendLate } from './late-outcome.ts';
import type { World } from './world.ts';

/** An attempt acts so: `hang` until it is stopped, `hold` until it is released and then complete. */
export type Act = 'complete' | 'fail' | 'permanent' | 'hang' | 'hold';

/** Acts of a step by attempt, in the payload of its task; then, and without a plan, it completes. */
export type Plan = Readonly<Record<string, readonly Act[]>>;

/** A move may use this. */
export interface Stage {
  readonly world: World;
  readonly troupe: Troupe;
  readonly receiverUrl: string;
  /** The file of its store. */
  readonly db: string;
  /** Lets held attempts of the step end. */
  release(name: string): void;
  /** Until nothing happens any more by itself. */
  settle(): Promise<void>;
  see(key: string): TaskView | null;
}

export interface Move {
  readonly what: string;
  /** Its moment; the clock stands still as long as a move can be made. */
  readonly when?: (see: Stage['see']) => boolean;
  make(stage: Stage): Promise<void>;
}

export interface Scenario {
  readonly name: string;
  readonly workflows: readonly WorkflowDefinition[];
  readonly moves: Move[];
  /** The receiver's answers to the first, second … request of one webhook; then 200. */
  readonly answers?: readonly number[];
  /** By key; how tasks must end when nothing is stopped. */
  readonly ends: Readonly<Record<string, TaskStatus>>;
}

/** All steps have this handler, which does as the payload plans. */
export const HANDLER = 'Work';

const BACKOFF = { strategy: 'fixed', baseMs: 1_000, maxMs: 1_000, jitter: 'none' } as const;

/** A wait has none of these. */
export const NO_ATTEMPTS = { maxAttempts: null, timeoutMs: null, backoff: null } as const;

export function workflow(
  name: string,
  steps: Readonly<Record<string, Partial<StepDefinition>>>,
  more: Pick<WorkflowDefinition, 'deadlineMs'> = {},
): WorkflowDefinition {
  return {
    ...more,
    name,
    namespace: 'default',
    version: '1.0.0',
    description: '',
    input: null,
    steps: Object.entries(steps).map(([step, more]) => ({
      name: step,
      handler: HANDLER,
      dependsOn: [],
      maxAttempts: 3,
      timeoutMs: 5_000,
      startTimeoutMs: null,
      backoff: BACKOFF,
      critical: false,
      optional: false,
      agent: 'default',
      channel: null,
      ...more,
    })),
  };
}

export interface Wish {
  readonly key: string;
  /** Its workflow. */
  readonly name: string;
  readonly plan?: Plan;
  readonly more?: Partial<TaskRequest>;
  readonly notify?: boolean;
}

const requestOf = ({ key, name, plan = {}, more = {}, notify }: Wish, stage: Stage): TaskRequest => {
  const { dependencies = [], payload = {}, ...rest } = more;
  return parseTaskRequest({
    name,
    payload: { ...payload, key, plan },
    idempotencyKey: key,
    ...(notify ? { notificationUrl: stage.receiverUrl } : {}),
    ...rest,
    // A key of an earlier task stands for its id; anything else is a name.
    dependencies: dependencies.map((on) => stage.world.ids[on] ?? on),
  });
};

/** One task, or several as a batch. */
export const submit = (...wishes: readonly Wish[]): Move => ({
  what: `submit ${wishes.map(({ key }) => key).join(', ')}`,
  async make(stage) {
    const requests = wishes.map((wish) => requestOf(wish, stage));
    const [first] = requests;
    const ids =
      requests.length === 1 && first !== undefined
        ? [(await stage.troupe.submit(first)).taskId]
        : (await stage.troupe.submitBatch(requests)).tasks.map(({ id }) => id);
    wishes.forEach(({ key }, index) => {
      stage.world.ids[key] = ids[index] ?? '';
    });
  },
});

const OPTIONS = { by: 'simulation', reason: null };

export const tell = (verb: TaskVerb, key: string, when?: Move['when']): Move => ({
  what: `${verb} ${key}`,
  ...(when === undefined ? {} : { when }),
  async make({ troupe, world }) {
    await troupe.taskVerb(null, world.ids[key] ?? key, verb, OPTIONS);
    world.told.push(`${verb} ${key}`);
  },
});

/** A cancel of a task that takes back first what it has done. */
export const takeBack = (key: string, when?: Move['when']): Move => ({
  what: `cancel ${key} and take back`,
  ...(when === undefined ? {} : { when }),
  async make({ troupe, world }) {
    await troupe.taskVerb(null, world.ids[key] ?? key, 'cancel', { ...OPTIONS, compensate: true });
    world.told.push(`cancel ${key}`);
  },
});

/** A retry of a task that gets a day for it: with less than its waits take it would fail each time. */
export const retryInADay = (key: string): Move => ({
  what: `retry ${key} in a day`,
  async make({ troupe, world }) {
    await troupe.taskVerb(null, world.ids[key] ?? key, 'retry', { ...OPTIONS, deadlineSeconds: 86_400 });
    world.told.push(`retry ${key}`);
  },
});

export const tellStep = (verb: StepVerb, key: string, step: string, when?: Move['when']): Move => ({
  what: `${verb} ${key}/${step}`,
  ...(when === undefined ? {} : { when }),
  async make({ troupe, world }) {
    // A map behind it takes the list.
    const output = verb === 'complete' || verb === 'skip' ? { output: { by: 'hand', list: [] } } : {};
    await troupe.stepVerb(null, world.ids[key] ?? key, step, verb, { ...OPTIONS, ...output });
    world.told.push(`${verb} ${key}/${step}`);
  },
});

/** A signal to a task; whoever sends it sends it under the same id until it is taken. */
export const signal = (key: string, name: string, id: string, when?: Move['when']): Move => ({
  what: `signal ${name} ${id} to ${key}`,
  ...(when === undefined ? {} : { when }),
  async make({ troupe, world }) {
    await troupe.signalTask(null, world.ids[key] ?? key, name, { id, data: id }, OPTIONS.by);
    world.told.push(`signal ${key}/${name}`);
  },
});

/** A signal by key to all that wait for it. */
export const signalAll = (key: string, name: string, id: string, when?: Move['when']): Move => ({
  what: `signal ${name} ${id} by key ${key}`,
  ...(when === undefined ? {} : { when }),
  async make({ troupe }) {
    await troupe.signal(null, { name, key, id, data: id }, OPTIONS.by);
  },
});

export const release = (key: string, steps: readonly string[], when?: Move['when']): Move => ({
  what: `release ${steps.join(', ')} of ${key}`,
  ...(when === undefined ? {} : { when }),
  async make(stage) {
    for (const step of steps) stage.release(`${key}/${step}`);
  },
});

/** An outcome comes from a worker, `times` over; whoever sends it sends it until it is taken. */
export const outcome = (
  key: string,
  step: string,
  attempt: number,
  { times = 1, when }: { times?: number; when?: Move['when'] } = {},
): Move => ({
  what: `outcome of attempt ${attempt} of ${key}/${step}, ${times} times`,
  ...(when === undefined ? {} : { when }),
  async make(stage) {
    const { troupe, world, db } = stage;
    const taskId = world.ids[key] ?? key;
    const line = world.log.find(
      (found) => found.taskId === taskId && found.step === step && found.attempt === attempt,
    );
    if (line === undefined) throw new Error(`attempt ${attempt} of ${key}/${step} was never executed`);
    const outcome = { token: line.token, status: 'complete' as const, output: { attempt } };
    for (let sent = 0; sent < times; sent++) await sendLate(troupe, db, { taskId, step, outcome });
    await stage.settle();
  },
});

/** Tells whether the error only means that the work is done already, or that the state denies it. */
export const isDenied = (error: unknown): boolean =>
  error instanceof Refusal && (error.kind === 'conflict' || error.kind === 'not_found');

export const isUnavailable = (error: unknown): boolean =>
  error instanceof Refusal && error.kind === 'unavailable';

export const stepIs =
  (key: string, step: string, status: string, attempt?: number): Move['when'] =>
  (see) =>
    see(key)?.steps.some(
      (found) =>
        found.name === step &&
        found.status === status &&
        (attempt === undefined || found.attempt === attempt),
    ) === true;

export const taskIs =
  (key: string, status: TaskStatus): Move['when'] =>
  (see) =>
    see(key)?.status === status;
