/** Tasks as rows: where each is, why it stands there, how old it is and how long it took. */

import { useEffect, useRef } from 'preact/hooks';
import type { TaskSummary } from '../../views/tasks.ts';
import { hrefOf, pathTo } from '../router.ts';
import { StateLabel } from '../state.tsx';
import { taskName } from '../task/task-name.ts';
import { Ago, Span } from '../time.tsx';
import { Progress } from './progress.tsx';
import { Why } from './why.tsx';

interface TaskTableProps {
  readonly tasks: readonly TaskSummary[];
  /** The row the keyboard is at. */
  readonly current: string | null;
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
}

export function TaskTable({ tasks, current, chosen, onToggle, onChoose }: TaskTableProps) {
  const ids = tasks.map(({ id }) => id);
  const all = tasks.every(({ id }) => chosen.has(id));
  const tenants = tasks.some(({ tenantId }) => tenantId !== 'default');
  return (
    <div class="scroll">
      <table class="tasks">
        <thead>
          <tr>
            <th>
              <input
                type="checkbox"
                aria-label="Select all on this page"
                checked={all}
                onChange={() => onChoose(toggled(chosen, ids, !all))}
              />
            </th>
            <th>State</th>
            <th>Task</th>
            <th>Steps</th>
            <th>Why</th>
            {tenants && <th>Tenant</th>}
            <th class="number">Submitted</th>
            <th class="number">Took</th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <Row
              key={task.id}
              task={task}
              isCurrent={task.id === current}
              isChosen={chosen.has(task.id)}
              tenants={tenants}
              onToggle={onToggle}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Toggles the selection of these tasks; those of other pages stay as they are. */
function toggled(chosen: ReadonlySet<string>, ids: readonly string[], isChosen: boolean): Set<string> {
  const others = [...chosen].filter((id) => !ids.includes(id));
  return new Set(isChosen ? [...others, ...ids] : others);
}

interface RowProps {
  readonly task: TaskSummary;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly tenants: boolean;
  readonly onToggle: (id: string) => void;
}

function Row({ task, isCurrent, isChosen, tenants, onToggle }: RowProps) {
  const { id, status, stepCounts, tenantId, createdAt, startedAt, finishedAt } = task;
  const name = taskName(task);
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  return (
    <tr ref={row} class={isCurrent ? 'current' : ''} aria-current={isCurrent ? 'true' : undefined}>
      <td>
        <input
          type="checkbox"
          aria-label={`Select ${name} ${id.slice(-8)}`}
          checked={isChosen}
          onChange={() => onToggle(id)}
        />
      </td>
      <td class="state-cell">
        <StateLabel state={status} />
      </td>
      <td class="task">
        <a href={pathTo.task(id)} title={id}>
          {name}
        </a>
        <span class="mono muted">{id.slice(-8)}</span>
        <Marks task={task} />
      </td>
      <td class="steps-cell">
        <Progress counts={stepCounts} />
      </td>
      <td class="why-cell">
        <Why task={task} />
      </td>
      {tenants && (
        <td class="tenant-cell" title={tenantId}>
          {tenantId}
        </td>
      )}
      <td class="number muted age-cell">
        <Ago at={createdAt} />
      </td>
      <td class="number took-cell">{startedAt === null ? '–' : <Span from={startedAt} to={finishedAt} />}</td>
    </tr>
  );
}

/** Shows the correlation and the tags; each leads to all tasks that have the same. */
function Marks({ task: { correlationId, tags } }: { readonly task: TaskSummary }) {
  return (
    <>
      {correlationId !== null && (
        <a class="chip" href={hrefOf(pathTo.tasks, { correlationId })} title="Correlation">
          {correlationId}
        </a>
      )}
      {tags.map((tag) => (
        <a key={tag} class="chip" href={hrefOf(pathTo.tasks, { tag })} title="Tag">
          #{tag}
        </a>
      ))}
    </>
  );
}
