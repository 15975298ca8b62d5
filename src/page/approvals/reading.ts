/** Reads the questions that wait for a person, and how those ended that are shown and wait no more. */

import type { ApprovalList } from '../../views/approvals.ts';
import type { StepDetailView } from '../../views/tasks.ts';
import { get, Problem } from '../api.ts';
import { hrefOf } from '../router.ts';
import { stepPath } from '../task/task-path.ts';
import { type Ending, endingOf, keyOf, type Question, type Questions } from './questions.ts';

interface Answer extends Omit<ApprovalList, 'approvals'> {
  readonly approvals: readonly Question[];
}

const PAGE = 50;

/** `query`: the server's filters and a cursor. `shown`: those that may have ended meanwhile. */
export async function readQuestions(
  query: Readonly<Record<string, string | undefined>>,
  shown: readonly Question[],
  signal: AbortSignal,
): Promise<Questions> {
  const path = hrefOf('/approvals', { ...query, limit: PAGE });
  const { approvals, ...list } = await get<Answer>(path, { signal });
  const open = [...approvals].sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
  const keys = new Set(open.map(keyOf));
  const gone = shown.filter((question) => !keys.has(keyOf(question)));
  const endings = new Map<string, Ending>();
  for (const question of gone) {
    const ending = await readEnding(question, signal);
    if (ending !== null) endings.set(keyOf(question), ending);
  }
  return { ...list, open, endings };
}

/** Null: it is open, though on another page by now. */
async function readEnding({ taskId, step }: Question, signal: AbortSignal): Promise<Ending | null> {
  try {
    return endingOf(await get<StepDetailView>(stepPath(taskId, step), { signal }));
  } catch (error) {
    if (error instanceof Problem && error.status === 404)
      return { status: 'cancelled', text: 'its task is gone' };
    throw error;
  }
}
