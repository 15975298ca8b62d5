/** Reads the task list: a page of tasks for the filters of the address, and the counts by state. */

import type { Overview } from '../../views/overview.ts';
import type { TaskStatus, TaskSummary } from '../../views/tasks.ts';
import { get } from '../api.ts';
import { hrefOf } from '../router.ts';
import { BETWEEN, SINCE } from './filters.tsx';

export interface TaskList {
  readonly tasks: readonly TaskSummary[];
  /** Others that are shown or selected, as they are now. */
  readonly kept: readonly TaskSummary[];
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

/** Takes the server's filters from the address. */
function filtersOf({ status, name, correlationId, tag, tenantId, waitsFor, ...query }: Query) {
  return { status, name, correlationId, tag, tenantId, waitsFor, ...timesOf(query) };
}

function timesOf({ since, createdAfter, createdBefore }: Query) {
  if (since === BETWEEN) return { createdAfter, createdBefore };
  const span = SINCE[since ?? ''];
  return span === undefined ? {} : { createdAfter: new Date(Date.now() - span.ms).toISOString() };
}

/** Tells whether the list is less than all there is. */
export const isFiltered = (query: Query): boolean => Object.values(filtersOf(query)).some((value) => value);

/** `held` gives the ids of tasks to be told of wherever they are by now. */
export async function readTasks(
  query: Query,
  signal: AbortSignal,
  held: () => readonly string[],
): Promise<TaskList> {
  const asked = { ...filtersOf(query), cursor: query['cursor'], limit: PAGE, fields: 'summary' };
  const [{ tasks: counts }, page] = await Promise.all([
    get<Overview>('/overview', { signal }),
    get<Page>(hrefOf('/tasks', asked), { signal }),
  ]);
  const found = new Set(page.tasks.map(({ id }) => id));
  const elsewhere = held().filter((id) => !found.has(id));
  return { ...page, counts, kept: await readNamed(elsewhere, signal) };
}

/** Reads those of the tasks that are there. */
export async function readNamed(ids: readonly string[], signal: AbortSignal): Promise<TaskSummary[]> {
  const tasks: TaskSummary[] = [];
  for (let first = 0; first < ids.length; first += MOST) {
    const asked = { ids: ids.slice(first, first + MOST).join(','), limit: MOST, fields: 'summary' };
    tasks.push(...(await get<Page>(hrefOf('/tasks', asked), { signal })).tasks);
  }
  return tasks;
}

/** Every task the filters match in one of the states, page by page. */
export async function* matching(
  query: Query,
  states: readonly TaskStatus[],
  signal: AbortSignal,
): AsyncGenerator<TaskSummary> {
  for (const status of states) {
    if (query['status'] !== undefined && query['status'] !== status) continue;
    const filters = { ...filtersOf({ ...query, status }), limit: MOST, fields: 'summary' };
    let cursor: string | null = null;
    do {
      const page: Page = await get<Page>(hrefOf('/tasks', { ...filters, cursor }), { signal });
      yield* page.tasks;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
}
