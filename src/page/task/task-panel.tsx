/** The task itself, shown when no step is chosen: where it came from, what it was given and what it gave. */

import type { ActorMoment } from '../../views/moments.ts';
import type { TaskView } from '../../views/tasks.ts';
import { pathTo } from '../router.ts';
import { Ago, momentText } from '../time.tsx';
import { Failure } from './failure.tsx';
import { Json } from './json.tsx';
import { WhatIf } from './what-if.tsx';

interface TaskPanelProps {
  readonly task: TaskView;
  /** null for now. */
  readonly seq: number | null;
  readonly moment: ActorMoment | null;
  readonly events: readonly string[];
}

export function TaskPanel({ task, seq, moment, events }: TaskPanelProps) {
  const { payload, result, error, dependencies } = task;
  return (
    <section class="panel step-panel" aria-label="Task">
      <header>
        <h2>Task</h2>
        <span class="mono muted">{moment?.state}</span>
      </header>
      <div class="body stack">
        <p class="muted">Choose a step in any view to see its attempts, errors and verbs.</p>
        <dl class="facts">
          {factsOf(task).flatMap(([name, value]) => [
            <dt key={name}>{name}</dt>,
            <dd key={`${name} is`}>{value}</dd>,
          ])}
          <dt>Created</dt>
          <dd>
            <Ago at={task.createdAt} />
          </dd>
          {task.deadline !== null && (
            <>
              <dt>Deadline</dt>
              <dd>
                <time dateTime={task.deadline}>{momentText(task.deadline)}</time>
              </dd>
            </>
          )}
        </dl>
        {error !== null && seq === null && <Failure error={error} />}
        {dependencies.length > 0 && (
          <div>
            <h3>Waits for tasks</h3>
            <ul>
              {dependencies.map(({ name, taskId, status }) => (
                <li key={`${name} ${taskId}`}>
                  {taskId === null ? name : <a href={pathTo.task(taskId)}>{name}</a>}{' '}
                  <span class="muted">{status}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
        <div>
          <h3>Payload</h3>
          <Json value={payload} />
        </div>
        {result !== null && seq === null && (
          <div>
            <h3>Result</h3>
            <Json value={result} />
          </div>
        )}
        {moment !== null && (
          <details>
            <summary>Context of its machine</summary>
            <Json value={moment.context} />
          </details>
        )}
        <WhatIf taskId={task.id} step={null} seq={seq} events={events} />
      </div>
    </section>
  );
}

function factsOf(task: TaskView): [string, string][] {
  const { id, tenantId, priority, tags, correlationId, initiator, reason, sourceSystem } = task;
  const facts: [string, string | null][] = [
    ['Id', id],
    ['Tenant', tenantId],
    ['Priority', String(priority)],
    ['Correlation', correlationId],
    ['Tags', tags.length === 0 ? null : tags.join(', ')],
    ['Initiator', initiator],
    ['Reason', reason],
    ['Source', sourceSystem],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}
