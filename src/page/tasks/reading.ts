/** What the task list shows: a page of tasks for the filters of the address, and how many there are in each state. */

import type { TaskView } from '../../actors/views.ts';
import { get } from '../api.ts';
import type { Overview } from '../overview/overview.ts';
import { hrefOf } from '../router.ts';
import { SINCE } from './filters.tsx';

export interface TaskList {
  readonly tasks: readonly TaskView[];
  readonly nextCursor: string | null;
  readonly counts: Overview['tasks'];
}

interface Page {
  readonly tasks: readonly TaskView[];
  readonly nextCursor: string | null;
}

export type Query = Readonly<Record<string, string | undefined>>;

const PAGE = 50;
const MOST = 200;

/** Of the address, what the server filters by. */
function filtersOf({ status, name, correlationId, tag, tenantId }: Query) {
  return { status, name, correlationId, tag, tenantId };
}

export async function readTasks(query: Query, signal: AbortSignal): Promise<TaskList> {
  const summary = get<Overview>('/overview', { signal });
  const filtered = Object.values({ ...filtersOf(query), cursor: query['cursor'] }).some((value) => value);
  if (!filtered) {
    const { tasks: counts, recent } = await summary;
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const nextCursor = total > recent.length ? (recent.at(-1)?.id ?? null) : null;
    return { ...within({ tasks: recent, nextCursor }, query), counts };
  }
  const page = get<Page>(hrefOf('/tasks', { ...filtersOf(query), cursor: query['cursor'], limit: PAGE }), {
    signal,
  });
  const [{ tasks: counts }, found] = await Promise.all([summary, page]);
  return { ...within(found, query), counts };
}

/** Every task the filters match, page by page, newest first. */
export async function* matching(query: Query, signal: AbortSignal): AsyncGenerator<TaskView> {
  let cursor: string | null = null;
  do {
    const path = hrefOf('/tasks', { ...filtersOf(query), cursor, limit: MOST });
    const page: Page = within(await get<Page>(path, { signal }), query);
    yield* page.tasks;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** Newest come first, so what is too old ends the list. */
function within(page: Page, { since }: Query): Page {
  const span = SINCE[since ?? ''];
  if (span === undefined) return page;
  const least = new Date(Date.now() - span.ms).toISOString();
  const tasks = page.tasks.filter(({ createdAt }) => createdAt >= least);
  return { tasks, nextCursor: tasks.length < page.tasks.length ? null : page.nextCursor };
}
