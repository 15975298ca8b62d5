/** A task followed to its end, a line for each fact; the exit code says how it ended. */

import type { Fact, TaskView } from '../views/tasks.ts';
import type { Client } from './client.ts';
import { followTask, hasEnded } from './follow.ts';
import { type Colors, printJson, say } from './output.ts';
import { factLine, taskLine } from './show.ts';
import { widthOf } from './table.ts';

export async function watchTask(
  client: Client,
  id: string,
  { print, colors }: { print: (line: string) => void; colors: Colors },
): Promise<TaskView> {
  return watch(client, id, (fact) => print(factLine(fact, colors, widthOf(process.stdout))), colors);
}

/** One fact a line, as `GET /events` sends it. */
export async function watchTaskAsJson(client: Client, id: string, colors: Colors): Promise<TaskView> {
  return watch(client, id, (fact) => printJson(fact, 0), colors);
}

async function watch(
  client: Client,
  id: string,
  onFact: (fact: Fact) => void,
  colors: Colors,
): Promise<TaskView> {
  let before = '';
  const tell = (task: TaskView) => {
    const line = taskLine(task, Date.now(), colors);
    if (line !== before) say(line);
    before = line;
  };
  const ended = await followTask(client, id, {
    onFact,
    onTask: (task) => {
      if (!hasEnded(task)) tell(task);
    },
    onInterrupted: (why) => say(`Interrupted: ${why}. Trying again…`),
  });
  tell(ended);
  if (ended.status !== 'complete') process.exitCode = 1;
  return ended;
}
