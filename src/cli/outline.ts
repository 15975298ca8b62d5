/** The steps of a workflow as lines of text: each in a row below all it waits for, with how it stands if that is known. */

import { type Colors, paintStatus, plain } from './output.ts';
import { type Cell, table } from './table.ts';

export interface OutlinedStep {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly critical: boolean;
  readonly optional: boolean;
  /** It runs after all others, and only if one failed. */
  readonly onFailure?: boolean | undefined;
  /** The state of a task. */
  readonly status?: string;
}

/** Draws the steps in rows; the steps of one row can run at the same time. */
export function outline(steps: readonly OutlinedStep[], colors: Colors, width: number): string {
  const rows = rowsOf(steps);
  const isTask = steps.some(({ status }) => status !== undefined);
  const inOrder = [...steps].sort((a, b) => (rows.get(a.name) ?? 0) - (rows.get(b.name) ?? 0));
  const cells = inOrder.map(
    ({ name, status = '', critical, optional, dependsOn, onFailure }): (Cell | string)[] => [
      String(rows.get(name) ?? ''),
      `${plain(name)}${critical ? ' !' : ''}${optional ? ' ?' : ''}`,
      ...(isTask ? [{ text: status, painted: paintStatus(status, colors) }] : []),
      onFailure === true ? 'if a step failed' : plain(dependsOn.join(', ')),
    ],
  );
  return table(['ROW', 'STEP', ...(isTask ? ['STATUS'] : []), 'AFTER'], cells, colors, width);
}

/** From 1 on, by name. */
function rowsOf(steps: readonly OutlinedStep[]): Map<string, number> {
  const rows = new Map<string, number>();
  const left = new Map(steps.map(({ name, dependsOn }) => [name, dependsOn.length]));
  const dependents = new Map<string, string[]>();
  for (const { name, dependsOn } of steps) {
    for (const on of dependsOn) {
      const waiting = dependents.get(on);
      if (waiting === undefined) dependents.set(on, [name]);
      else waiting.push(name);
    }
  }
  const ready = steps
    .filter(({ dependsOn, onFailure }) => dependsOn.length === 0 && onFailure !== true)
    .map(({ name }) => name);
  for (const name of ready) rows.set(name, 1);
  // It grows while it is gone through: whoever has nothing left to wait for comes to its end.
  for (const name of ready) {
    for (const dependent of dependents.get(name) ?? []) {
      rows.set(dependent, Math.max(rows.get(dependent) ?? 0, (rows.get(name) ?? 0) + 1));
      const more = (left.get(dependent) ?? 0) - 1;
      left.set(dependent, more);
      if (more === 0) ready.push(dependent);
    }
  }
  const last = Math.max(0, ...rows.values()) + 1;
  for (const { name } of steps.filter(({ onFailure }) => onFailure === true)) rows.set(name, last);
  return rows;
}
