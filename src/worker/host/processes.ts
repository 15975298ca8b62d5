/**
 * The processes that are alive, by what runs in them: one for all, others for attempts that run apart. One that gets
 * nothing any more is ended once it has nothing to do.
 */

import type { HostProcess } from './process.ts';
import { type Lane, laneName } from './suspects.ts';

/** Processes beside the shared one are ended when nothing ran in them for this long. */
const IDLE_MS = 10_000;
/** Suspects that run alone at the same time, each in its own process. */
const MAX_ALONE = 4;

const SHARED: Lane = { kind: 'shared' };

export class Processes {
  readonly #create: (lane: Lane) => HostProcess;
  /** The process that takes new attempts of a lane, by the lane's name. */
  readonly #places = new Map<string, HostProcess>();
  /** All that are alive, also those that only finish what they have. */
  readonly #alive = new Map<HostProcess, Lane>();
  #onEmpty: (() => void)[] = [];

  constructor(create: (lane: Lane) => HostProcess) {
    this.#create = create;
  }

  laneOf(process: HostProcess): Lane | undefined {
    return this.#alive.get(process);
  }

  /** The process that takes a new attempt of this lane; one of its own is always new. */
  placeOf(lane: Lane): HostProcess {
    if (lane.kind === 'own') return this.spawn(lane);
    return this.#places.get(laneName(lane)) ?? this.start(lane);
  }

  /** A process that takes the new attempts of its lane. */
  start(lane: Lane): HostProcess {
    const process = this.spawn(lane);
    this.#places.set(laneName(lane), process);
    return process;
  }

  spawn(lane: Lane): HostProcess {
    const process = this.#create(lane);
    this.#alive.set(process, lane);
    return process;
  }

  /** A process for one suspect, of which there are few, or null while all are taken. */
  freeAlone(): HostProcess | null {
    const alone = [...this.#alive].flatMap(([process, { kind }]) => (kind === 'alone' ? [process] : []));
    const free = alone.find((process) => process.count === 0 && !process.isSilent && !process.isKilled);
    return free ?? (alone.length < MAX_ALONE ? this.spawn({ kind: 'alone' }) : null);
  }

  /** It takes no new attempts. */
  leave(process: HostProcess): void {
    const name = laneName(this.#alive.get(process) ?? SHARED);
    if (this.#places.get(name) === process) this.#places.delete(name);
  }

  /** This one takes all new attempts of the shared lane; those of before finish what they have. */
  replaceAll(process: HostProcess): void {
    const before = [...this.#places.values()];
    this.#places.clear();
    this.#places.set(laneName(SHARED), process);
    for (const [old, { kind }] of this.#alive) {
      if (kind === 'alone' && old.count === 0) old.kill();
    }
    for (const old of before) this.tidy(old);
  }

  /** Ends a process that has nothing to do: at once if it gets nothing any more, else after a while. */
  tidy(process: HostProcess): void {
    const lane = this.#alive.get(process);
    if (process.count > 0 || lane === undefined) return;
    const isPlace = this.#places.get(laneName(lane)) === process;
    if (!isPlace && lane.kind !== 'alone') process.kill();
    if (process.isKilled || lane.kind === 'shared') return;
    setTimeout(() => {
      if (process.count > 0) return;
      this.leave(process);
      process.kill();
    }, IDLE_MS).unref();
  }

  /** It has ended. Gives the lane that it had. */
  remove(process: HostProcess): Lane {
    const lane = this.#alive.get(process) ?? SHARED;
    this.leave(process);
    this.#alive.delete(process);
    if (this.#alive.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
    return lane;
  }

  /** Ends all, whatever they do; resolves once they are gone. */
  killAll(): Promise<void> {
    for (const process of this.#alive.keys()) process.kill();
    if (this.#alive.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }
}
