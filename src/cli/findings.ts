/** Prints the findings of `verify`, a line each. */

import type { Finding } from '../recovery/verify.ts';
import { type Colors, plain } from './output.ts';

/** --json has all of them. */
const MOST_SHOWN = 100;

export function printFindings(
  findings: readonly Finding[],
  colors: Colors,
  tell: (line: string) => void,
): void {
  for (const { taskId, actor, problem } of findings.slice(0, MOST_SHOWN)) {
    const where = taskId === null ? 'store' : `${plain(taskId)} ${plain(actor ?? '')}`;
    tell(`${colors.bold(`${where}:`)} ${plain(problem)}`);
  }
  const more = findings.length - MOST_SHOWN;
  if (more > 0) tell(`and ${more} more; --json has all`);
}
