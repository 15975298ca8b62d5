/** The list of tasks: live, filtered by its address, counted by state, and worked through with the keyboard. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { OPEN_TASK_STATUSES, TASK_STATUSES } from '../../views/statuses.ts';
import type { TaskStatus } from '../../views/tasks.ts';
import { ProblemNotice } from '../notice.tsx';
import { Pager } from '../pager.tsx';
import { hrefOf, navigate, pathTo, setQuery, useRoute } from '../router.ts';
import { StateMark } from '../state.tsx';
import { useIsReading } from '../use-is-reading.ts';
import { useListKeys } from '../use-list-keys.ts';
import { useLive } from '../use-live.ts';
import { BulkBar } from './bulk-bar.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import type { Bulk } from './bulk-tasks.ts';
import { Filters } from './filters.tsx';
import type { HeldList } from './held-list.ts';
import { isFiltered, type Query, readTasks } from './reading.ts';
import { TaskTable } from './task-table.tsx';
import { useHeldList } from './use-held-list.ts';
import './tasks.css';

/** Failed ones first among those that are over: they are looked for. */
const STATES: readonly TaskStatus[] = [
  ...OPEN_TASK_STATUSES,
  'failed',
  ...TASK_STATUSES.filter((status) => status !== 'failed' && !OPEN_TASK_STATUSES.includes(status)),
];

const PAGES = { first: 'Newest', next: 'Older' };

const NONE: ReadonlySet<string> = new Set();

export function TasksPage() {
  const { path, query } = useRoute();
  const search = useRef<HTMLInputElement>(null);
  const { chosen, setChosen, toggle } = useChosen(hrefOf(path, { ...query, cursor: null }));
  const [current, setCurrent] = useState<string | null>(null);
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const key = hrefOf(path, query);
  const isAtWork = chosen.size > 0 || current !== null || bulk !== null;
  const { data, problem, refresh, list, reader } = useTaskList(key, query, chosen, isAtWork);
  const { rows } = list;
  useEffect(() => setCurrent(null), [key]);
  useListKeys({
    ids: rows.map(({ id }) => id),
    current,
    onMove: setCurrent,
    acts: { x: toggle, Enter: openTask },
    onSearch: () => search.current?.focus(),
    isEnabled: bulk === null,
  });

  const endBulk = (): void => {
    setBulk(null);
    setChosen(NONE);
    refresh();
  };
  const showNew = (): void => {
    setCurrent(null);
    list.showNew();
  };

  return (
    <>
      <Head />
      <StateTabs counts={data?.counts ?? null} status={query['status']} />
      <Filters search={search} />
      {problem !== null && (data === null || problem.status !== 0) && <ProblemNotice problem={problem} />}
      {data !== null && (
        <section class="panel" aria-label="Tasks" {...reader}>
          <BulkBar
            selected={chosen.size}
            elsewhere={[...chosen].filter((id) => !rows.some((row) => row.id === id)).length}
            waiting={list.waiting}
            canTellAll={isFiltered(query) && rows.length > 0}
            onNew={showNew}
            onClear={() => setChosen(NONE)}
            onAsk={(verb, all) => setBulk({ verb, chosen: all ? null : list.chosen, query })}
          />
          {rows.length === 0 ? (
            <Nothing filtered={isFiltered(query)} />
          ) : (
            <TaskTable
              tasks={rows}
              current={current}
              chosen={chosen}
              onToggle={toggle}
              onChoose={setChosen}
            />
          )}
        </section>
      )}
      <Pager cursor={query['cursor']} next={list.nextCursor} names={PAGES} />
      {bulk !== null && <BulkDialog bulk={bulk} onClose={endBulk} />}
    </>
  );
}

const openTask = (id: string): void => navigate(pathTo.task(id));

/** Other filters show other tasks: nothing is chosen among them yet. */
function useChosen(filters: string) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);
  useEffect(() => setChosen(NONE), [filters]);
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return { chosen, setChosen, toggle };
}

/** The list is live, and holds still while somebody reads it or is at work on it. */
function useTaskList(key: string, query: Query, chosen: ReadonlySet<string>, isAtWork: boolean) {
  const held = useRef<HeldList | null>(null);
  const isHolding = useRef(false);
  const heldIds = () => (isHolding.current ? [...new Set([...(held.current?.ids ?? []), ...chosen])] : []);
  const live = useLive(
    key,
    (signal) => readTasks(query, signal, heldIds),
    hrefOf('/events', { tenantId: query['tenantId'] }),
  );
  const { isReading, props: reader } = useIsReading();
  const isHeld = isReading || isAtWork;
  isHolding.current = isHeld;
  const list = useHeldList(held, key, live.data, isHeld, chosen);
  return { ...live, list, reader };
}

function Head() {
  return (
    <div class="head">
      <h1>Tasks</h1>
      <div class="grow" />
      <a class="button primary" href={pathTo.submit}>
        Submit a task
      </a>
    </div>
  );
}

interface StateTabsProps {
  readonly counts: Readonly<Record<TaskStatus, number>> | null;
  readonly status: string | undefined;
}

function StateTabs({ counts, status }: StateTabsProps) {
  const total = counts === null ? null : Object.values(counts).reduce((sum, count) => sum + count, 0);
  const show = (state: TaskStatus | null) => setQuery({ status: state, cursor: null });
  return (
    <fieldset class="states">
      <legend class="visually-hidden">State</legend>
      <button type="button" aria-pressed={status === undefined} onClick={() => show(null)}>
        all <span class="number">{total?.toLocaleString() ?? '–'}</span>
      </button>
      {STATES.map((state) => (
        <button key={state} type="button" aria-pressed={status === state} onClick={() => show(state)}>
          <StateMark state={state} />
          {state} <span class="number">{counts?.[state].toLocaleString() ?? '–'}</span>
        </button>
      ))}
    </fieldset>
  );
}

function Nothing({ filtered }: { readonly filtered: boolean }) {
  return (
    <div class="empty">
      <h2>{filtered ? 'No task matches' : 'No tasks yet'}</h2>
      <p>
        {filtered ? (
          'Change the filters above, or clear them.'
        ) : (
          <>
            <a href={pathTo.submit}>Run an example</a> and watch it here.
          </>
        )}
      </p>
    </div>
  );
}
