/** Shows a run while it goes on: a picture redrawn in place on a terminal, else a line a fact. */

import type { Fact, TaskView } from '../../views/tasks.ts';
import { hasEnded } from '../follow.ts';
import { colorsFor, plain, say } from '../output.ts';
import { factLine } from '../show.ts';
import { frame } from './frame.ts';
import { LiveArea } from './live-area.ts';
import type { Progress } from './progress.ts';

export interface Display {
  fact(fact: Fact): void;
  stop(): void;
}

/** `stdout` and `stderr` may be the same terminal; data printed there would break the picture of a pipe's reader. */
export function createDisplay(progress: Progress, read: (id: string) => TaskView, isData: boolean): Display {
  const { stdout, stderr } = process;
  const isLive = stderr.isTTY === true && process.env.TERM !== 'dumb' && !(isData && stdout.isTTY === true);
  return isLive ? liveDisplay(progress, read) : lineDisplay(progress);
}

function lineDisplay(progress: Progress): Display {
  const colors = colorsFor(process.stderr);
  return {
    fact: (fact) => {
      // That something has yet to begin would be every second line.
      if (fact.fact !== 'pending') say(`${plain(progress.labelOf(fact.taskId))}  ${factLine(fact, colors)}`);
    },
    stop: () => undefined,
  };
}

function liveDisplay(progress: Progress, read: (id: string) => TaskView): Display {
  const colors = colorsFor(process.stderr);
  const ended = new Map<string, TaskView>();
  /** A task that has ended is read once: a picture is drawn ten times a second. */
  const readOnce = (id: string): TaskView => {
    const task = ended.get(id) ?? read(id);
    if (hasEnded(task) && task.steps.every(({ status }) => status !== 'running')) ended.set(id, task);
    return task;
  };
  const area = new LiveArea(process.stderr, (rows) =>
    frame(progress, readOnce, { rows, colors, nowMs: Date.now() }),
  );
  area.start([process.stdout, process.stderr].filter((stream) => stream.isTTY === true));
  return { fact: () => undefined, stop: () => area.stop() };
}
