/** What the task list shows: a page of tasks for the filters of the address, and how many there are in each state. */

import type { Overview } from '../../actors/overview-views.ts';
import type { TaskSummary } from '../../actors/views.ts';
import { get } from '../api.ts';
import { hrefOf } from '../router.ts';
import { BETWEEN, SINCE } from './filters.tsx';

export interface TaskList {
  readonly tasks: readonly TaskSummary[];
  readonly nextCursor: string | null;
  readonly counts: Overview['tasks'];
}

interface Page {
  readonly tasks: readonly TaskSummary[];
  readonly nextCursor: string | null;
}

export type Query = Readonly<Record<string, string | undefined>>;

const PAGE = 50;
const MOST = 200;

/** Of the address, what the server filters by. */
function filtersOf({ status, name, correlationId, tag, tenantId, ...query }: Query) {
  return { status, name, correlationId, tag, tenantId, ...timesOf(query) };
}

function timesOf({ since, createdAfter, createdBefore }: Query) {
  if (since === BETWEEN) return { createdAfter, createdBefore };
  const span = SINCE[since ?? ''];
  return span === undefined ? {} : { createdAfter: new Date(Date.now() - span.ms).toISOString() };
}

export async function readTasks(query: Query, signal: AbortSignal): Promise<TaskList> {
  const summary = get<Overview>('/overview', { signal });
  const filtered = Object.values({ ...filtersOf(query), cursor: query['cursor'] }).some((value) => value);
  if (!filtered) {
    const { tasks: counts, recent } = await summary;
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const nextCursor = total > recent.length ? (recent.at(-1)?.id ?? null) : null;
    return { tasks: recent, nextCursor, counts };
  }
  const asked = { ...filtersOf(query), cursor: query['cursor'], limit: PAGE, fields: 'summary' };
  const page = get<Page>(hrefOf('/tasks', asked), { signal });
  const [{ tasks: counts }, found] = await Promise.all([summary, page]);
  return { ...found, counts };
}

/** Every task the filters match, page by page, newest first. */
export async function* matching(query: Query, signal: AbortSignal): AsyncGenerator<TaskSummary> {
  const filters = { ...filtersOf(query), limit: MOST, fields: 'summary' };
  let cursor: string | null = null;
  do {
    const page: Page = await get<Page>(hrefOf('/tasks', { ...filters, cursor }), { signal });
    yield* page.tasks;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
