/** Submitting a task: a form made from what the workflow takes, or JSON; and examples to run at once. */

import { useState } from 'preact/hooks';
import type { Overview } from '../../views/overview.ts';
import { get } from '../api.ts';
import { ProblemNotice } from '../notice.tsx';
import { navigate, pathTo, setQuery, useRoute } from '../router.ts';
import { useLive } from '../use-live.ts';
import {
  nameOf,
  pathOf,
  versionsOf,
  type WorkflowSummary,
  type WorkflowView,
} from '../workflows/workflow-view.ts';
import { EXAMPLES, type Example, runExample } from './examples.ts';
import { TaskForm } from './task-form.tsx';
import './submit.css';

interface Choices {
  readonly workflows: readonly WorkflowSummary[];
  /** null: not told to who sees one tenant. */
  readonly handlers: readonly string[] | null;
}

async function readChoices(signal: AbortSignal): Promise<Choices> {
  const [{ workflows }, { server }] = await Promise.all([
    get<{ workflows: WorkflowSummary[] }>('/workflows', { signal }),
    get<Overview>('/overview', { signal }),
  ]);
  const handlers = server?.workers.flatMap((worker) => worker.handlers) ?? null;
  return { workflows, handlers: handlers && [...new Set(handlers)].sort() };
}

export function SubmitPage() {
  const { query } = useRoute();
  const { data, problem } = useLive('choices', readChoices, null);
  const name = query['name'] ?? '';
  const known = versionsOf(name, data?.workflows ?? []);
  const version = query['version'] ?? known.find(({ current }) => current)?.version ?? null;
  return (
    <div class="stack">
      <h1>Submit a task</h1>
      {problem !== null && (data === null || problem.status !== 0) && <ProblemNotice problem={problem} />}
      {data !== null && (
        <>
          <Examples handlers={data.handlers} />
          <section class="panel">
            <div class="body stack">
              <label class="field narrow">
                <span class="name needed">Workflow or handler</span>
                <input
                  list="names"
                  value={name}
                  autocomplete="off"
                  onChange={({ currentTarget }) =>
                    setQuery({ name: currentTarget.value.trim(), version: null })
                  }
                />
                <datalist id="names">
                  {[...new Set([...data.workflows.map(nameOf), ...(data.handlers ?? [])])].map((choice) => (
                    <option key={choice} value={choice} />
                  ))}
                </datalist>
                <span class="hint">
                  A registered workflow, with its namespace before a slash, or else a handler: then the task
                  is that one step.
                </span>
              </label>
              {known.length > 1 && version !== null && (
                <label class="field">
                  <span class="name">Version</span>
                  <select
                    value={version}
                    onChange={(event) => setQuery({ version: event.currentTarget.value })}
                  >
                    {known.map((workflow) => (
                      <option key={workflow.version}>{workflow.version}</option>
                    ))}
                  </select>
                </label>
              )}
              {known.length > 0 && version !== null ? (
                <WorkflowForm key={`${name} ${version}`} name={name} version={version} />
              ) : (
                <TaskForm key={name} name={name} version={null} schema={null} />
              )}
            </div>
          </section>
        </>
      )}
    </div>
  );
}

function WorkflowForm({ name, version }: { readonly name: string; readonly version: string }) {
  const path = pathOf(name, version);
  const { data, problem } = useLive(path, (signal) => get<WorkflowView>(path, { signal }), null);
  if (problem !== null && data === null) return <ProblemNotice problem={problem} />;
  if (data === null) return null;
  return (
    <>
      {data.description !== '' && <p class="muted">{data.description}</p>}
      <TaskForm name={name} version={version} schema={data.input} />
    </>
  );
}

function Examples({ handlers }: { readonly handlers: readonly string[] | null }) {
  const [problem, setProblem] = useState<unknown>(null);
  const [running, setRunning] = useState(false);
  // A key for one tenant does not see the workers; a task without a worker says so itself.
  const served = EXAMPLES.filter(
    (example) => handlers === null || example.handlers.every((handler) => handlers.includes(handler)),
  );
  if (served.length === 0) return null;
  async function run(example: Example): Promise<void> {
    setRunning(true);
    try {
      navigate(pathTo.task(await runExample(example)));
    } catch (error) {
      setProblem(error);
      setRunning(false);
    }
  }
  return (
    <section aria-labelledby="examples" class="stack">
      <h2 id="examples">Run an example</h2>
      <div class="examples">
        {served.map((example) => (
          <button
            key={example.title}
            type="button"
            class="example"
            disabled={running}
            onClick={() => void run(example)}
          >
            <b>{example.title}</b>
            <span class="muted">{example.says}</span>
          </button>
        ))}
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
    </section>
  );
}
