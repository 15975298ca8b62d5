/** Asks why before many tasks are told something, and says beforehand which of them would take it. */

import { useEffect, useState } from 'preact/hooks';
import type { TaskSummary } from '../../actors/views.ts';
import { ProblemNotice } from '../notice.tsx';
import { pathTo } from '../router.ts';
import { useModal } from '../use-modal.ts';
import { accepts, type BulkVerb } from './acceptance.ts';
import { type BulkResult, tellAll } from './bulk.ts';
import { matching, type Query } from './reading.ts';

export interface Bulk {
  readonly verb: BulkVerb;
  /** The tasks that were chosen, or null: all that the filters match. */
  readonly chosen: readonly TaskSummary[] | null;
  readonly query: Query;
}

const WORDS = { retry: 'Retry', cancel: 'Cancel' } as const;

export function BulkDialog({ bulk, onClose }: { readonly bulk: Bulk; readonly onClose: () => void }) {
  const { verb } = bulk;
  const modal = useModal(onClose);
  const tasks = useTasks(bulk);
  const [reason, setReason] = useState('');
  const [progress, setProgress] = useState<number | null>(null);
  const [result, setResult] = useState<BulkResult | null>(null);
  const ids = tasks.found.filter((task) => accepts(verb, task)).map(({ id }) => id);
  const left = tasks.found.length - ids.length;

  async function start(event: Event): Promise<void> {
    event.preventDefault();
    setProgress(0);
    const told = await tellAll(ids, verb, reason.trim(), setProgress);
    if (told.refused.length === 0) modal.close();
    else setResult(told);
  }

  return (
    <dialog {...modal.props} aria-labelledby="bulk-title">
      <form onSubmit={(event) => void start(event)}>
        <h1 id="bulk-title">
          {WORDS[verb]} {tasks.complete ? '' : 'at least '}
          {count(ids.length)}
        </h1>
        <p class="muted">
          {left > 0 &&
            `${count(left)} of the ${tasks.found.length} cannot be told to ${verb} in its state and stays as it is. `}
          {verb === 'retry'
            ? 'Failed steps get a fresh set of attempts; what is complete is not executed again.'
            : 'Unfinished steps are cancelled and running attempts are told to stop. This cannot be undone.'}
        </p>
        {tasks.problem !== null && <ProblemNotice problem={tasks.problem} />}
        {result === null ? (
          <label class="field">
            <span class="name">Reason</span>
            <input
              value={reason}
              maxLength={1000}
              autofocus
              placeholder="Kept in the journal of every task"
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        ) : (
          <Refused result={result} />
        )}
        {progress !== null && result === null && (
          <progress max={ids.length} value={progress} aria-label="Told" />
        )}
        <div class="actions">
          <button type="button" onClick={modal.close}>
            {result === null ? 'Leave it' : 'Close'}
          </button>
          {result === null && (
            <button
              type="submit"
              class={verb === 'cancel' ? 'danger' : 'primary'}
              disabled={ids.length === 0 || !tasks.complete || progress !== null}
            >
              {tasks.complete ? `${WORDS[verb]} ${count(ids.length)}` : 'Looking for them…'}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}

function Refused({ result }: { readonly result: BulkResult }) {
  return (
    <div class="notice is-problem" role="alert">
      <p>
        {count(result.done)} done, {result.refused.length} refused:
      </p>
      <ul class="refused">
        {result.refused.map(({ id, why }) => (
          <li key={id}>
            <a href={pathTo.task(id)} class="mono">
              {id.slice(-8)}
            </a>{' '}
            {why}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Found {
  readonly found: readonly TaskSummary[];
  readonly complete: boolean;
  readonly problem: unknown;
}

function useTasks({ chosen, query }: Bulk): Found {
  const [state, setState] = useState<Found>({
    found: chosen ?? [],
    complete: chosen !== null,
    problem: null,
  });
  useEffect(() => {
    if (chosen !== null) return;
    const stop = new AbortController();
    const found: TaskSummary[] = [];
    const collect = async () => {
      for await (const task of matching(query, stop.signal)) {
        found.push(task);
        if (found.length % 200 === 0) setState({ found: [...found], complete: false, problem: null });
      }
      setState({ found, complete: true, problem: null });
    };
    collect().catch((problem: unknown) => {
      if (!stop.signal.aborted) setState({ found, complete: true, problem });
    });
    return () => stop.abort();
    // What was chosen when the dialog opened is what it is about.
  }, []);
  return state;
}

const count = (tasks: number): string => `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`;
