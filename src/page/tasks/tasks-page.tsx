/** The list of tasks: live, filtered by its address, counted by state, and worked through with the keyboard. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { TaskStatus } from '../../actors/views.ts';
import { ProblemNotice } from '../notice.tsx';
import { hrefOf, pathTo, setQuery, useRoute } from '../router.ts';
import { StateMark } from '../state.tsx';
import { useLive } from '../use-live.ts';
import { type Bulk, BulkDialog } from './bulk-dialog.tsx';
import { Filters } from './filters.tsx';
import { readTasks } from './reading.ts';
import { TaskTable } from './task-table.tsx';
import { useKeys } from './use-keys.ts';
import './tasks.css';

const STATES: readonly TaskStatus[] = [
  'pending',
  'running',
  'retrying',
  'paused',
  'failed',
  'complete',
  'cancelled',
];

export function TasksPage() {
  const { path, query } = useRoute();
  const search = useRef<HTMLInputElement>(null);
  const facts = hrefOf('/events', { tenantId: query['tenantId'] });
  const { data, problem, refresh } = useLive(
    hrefOf(path, query),
    (signal) => readTasks(query, signal),
    facts,
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const filters = hrefOf('', query);
  useEffect(() => setChosen(new Set()), [filters]);

  const tasks = data?.tasks ?? [];
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const current = useKeys(tasks, search, toggle, bulk === null);
  const selected = tasks.filter(({ id }) => chosen.has(id));
  const ask = (verb: Bulk['verb'], all: boolean) => setBulk({ verb, chosen: all ? null : selected, query });

  return (
    <>
      <div class="head">
        <h1>Tasks</h1>
        <div class="grow" />
        <a class="button primary" href={pathTo.submit}>
          Submit a task
        </a>
      </div>
      <StateTabs counts={data?.counts ?? null} status={query['status']} />
      <Filters search={search} />
      {problem !== null && (data === null || problem.status !== 0) && <ProblemNotice problem={problem} />}
      {data !== null && (
        <section class="panel" aria-label="Tasks">
          <div class="bulk row">
            {selected.length > 0 ? (
              <>
                <b>{selected.length} selected</b>
                <button type="button" onClick={() => ask('retry', false)}>
                  Retry…
                </button>
                <button type="button" class="danger" onClick={() => ask('cancel', false)}>
                  Cancel…
                </button>
              </>
            ) : (
              <span class="muted keys">
                <kbd>j</kbd> <kbd>k</kbd> move <kbd>Enter</kbd> open <kbd>x</kbd> select <kbd>/</kbd> search
              </span>
            )}
            <span class="grow" />
            {tasks.length > 0 && (
              <>
                <span class="muted">All that match:</span>
                <button type="button" onClick={() => ask('retry', true)}>
                  Retry all…
                </button>
                <button type="button" class="danger" onClick={() => ask('cancel', true)}>
                  Cancel all…
                </button>
              </>
            )}
          </div>
          {tasks.length === 0 ? (
            <Nothing filtered={filters !== ''} />
          ) : (
            <TaskTable
              tasks={tasks}
              current={current}
              chosen={chosen}
              onToggle={toggle}
              onChoose={setChosen}
            />
          )}
        </section>
      )}
      <Pager cursor={query['cursor']} next={data?.nextCursor ?? null} />
      {bulk !== null && (
        <BulkDialog
          bulk={bulk}
          onClose={() => {
            setBulk(null);
            setChosen(new Set());
            refresh();
          }}
        />
      )}
    </>
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

function Pager({ cursor, next }: { readonly cursor: string | undefined; readonly next: string | null }) {
  if (cursor === undefined && next === null) return null;
  return (
    <nav class="row pager" aria-label="Pages">
      {cursor !== undefined && (
        <button type="button" onClick={() => setQuery({ cursor: null })}>
          Newest
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={() => setQuery({ cursor: next })}>
          Older
        </button>
      )}
    </nav>
  );
}
