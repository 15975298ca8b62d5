/** A way into Troupe, and what is thrown at it. An input is fine when it is answered or refused: soon, and whole. */

import fc from 'fast-check';

export interface Door<Input = unknown> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** An input may take so many milliseconds of the processor, where that is more than `MAX_CPU_MS`. */
  readonly maxCpuMs?: number;
  /** Returns the result in a word, such as the status answered. Throws for what should not have happened. */
  readonly enter: (input: Input) => Promise<string> | string;
  /** After all of them: throws if something was left behind. */
  readonly close: () => Promise<void>;
}

export interface Tried {
  readonly name: string;
  readonly inputs: number;
  readonly slowestMs: number;
  /** How often each thing came of it: a run in which all is refused at the door tries nothing. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly findings: readonly string[];
}

/** `npm run fuzz` holds an input to this, in milliseconds of the processor. */
export const MAX_CPU_MS = 1_000;
/** An input that takes this long, by the clock on the wall, never ends: other processes count too. */
const HANGS_MS = 100_000;

interface Trial {
  readonly seed: number;
  readonly forMs: number;
  /** Infinity where nothing is known of the machine's speed, as in the tests. */
  readonly maxCpuMs: number;
}

export async function tryDoor<Input>(door: Door<Input>, { seed, forMs, maxCpuMs }: Trial): Promise<Tried> {
  let slowestMs = 0;
  const most = Math.max(maxCpuMs, door.maxCpuMs ?? 0);
  const outcomes = new Map<string, number>();
  const property = fc.asyncProperty(door.inputs, async (input) => {
    const before = process.cpuUsage();
    const outcome = await within(HANGS_MS, Promise.resolve(door.enter(input)));
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1_000;
    slowestMs = Math.max(slowestMs, ms);
    if (ms > most) throw new Error(`took ${Math.round(ms)} ms of the processor`);
  });
  const inTime = { interruptAfterTimeLimit: forMs, markInterruptAsFailure: false };
  let result = await fc.check(property, { seed, numRuns: 1_000_000_000, maxSkipsPerRun: 0, ...inTime });
  // On a busy machine a command may take all of the time to begin: one input is tried however long that takes.
  if (result.interrupted && result.numRuns === 0) result = await fc.check(property, { seed, numRuns: 1 });
  const findings: string[] = [];
  if (result.failed)
    findings.push(fc.stringify(result.counterexample).slice(0, 2_000), String(result.errorInstance));
  try {
    await door.close();
  } catch (error) {
    findings.push(String(error));
  }
  return { name: door.name, inputs: result.numRuns, slowestMs: Math.round(slowestMs), outcomes, findings };
}

/** For doors that answer through another process or a socket. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
