/** Asks why before many tasks are told something, and says beforehand which of them would take it. */

import { useState } from 'preact/hooks';
import type { TaskSummary } from '../../views/tasks.ts';
import { ProblemNotice } from '../notice.tsx';
import { pathTo } from '../router.ts';
import { useModal } from '../use-modal.ts';
import { accepts, type BulkVerb } from './acceptance.ts';
import { type BulkResult, tellAll } from './bulk.ts';
import { type Bulk, useBulkTasks } from './bulk-tasks.ts';

const WORDS = { retry: 'Retry', cancel: 'Cancel' } as const;
const LOOKS = { retry: 'primary', cancel: 'danger' } as const;

/** Above this the number is typed before they are cancelled: a click is soon done, and not taken back. */
const MOST_BY_CLICK = 100;

export function BulkDialog({ bulk, onClose }: { readonly bulk: Bulk; readonly onClose: () => void }) {
  const { verb } = bulk;
  const modal = useModal(onClose);
  const tasks = useBulkTasks(bulk);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [withFailed, setWithFailed] = useState(false);
  const [progress, setProgress] = useState<number | null>(null);
  const [result, setResult] = useState<BulkResult | null>(null);
  const { told: ids, failed, others } = share(tasks.found, verb, withFailed);
  const mustType = verb === 'cancel' && ids.length > MOST_BY_CLICK;
  const isLooking = !tasks.complete && tasks.problem === null;
  const isReady = tasks.complete && ids.length > 0 && (!mustType || typed.trim() === String(ids.length));

  async function start(event: Event): Promise<void> {
    event.preventDefault();
    if (!isReady || progress !== null) return;
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
          {MEANS[verb]} {bulk.chosen === null ? STAYS[verb] : leftText(others, verb)}
        </p>
        {tasks.problem !== null && <ProblemNotice problem={tasks.problem} />}
        {result !== null && <Refused result={result} />}
        {result === null && (
          <>
            {verb === 'cancel' && failed > 0 && (
              <WithFailed failed={failed} isChosen={withFailed} onChoose={setWithFailed} />
            )}
            <Field
              name="Reason"
              value={reason}
              isFirst
              placeholder="Kept in the journal of every task"
              onValue={setReason}
            />
            {mustType && tasks.complete && (
              <Field name={`Type ${ids.length} to cancel so many`} value={typed} onValue={setTyped} />
            )}
          </>
        )}
        {progress !== null && result === null && (
          <progress max={ids.length} value={progress} aria-label="Told" />
        )}
        <div class="actions">
          <button type="button" onClick={modal.close}>
            {result === null ? 'Leave it' : 'Close'}
          </button>
          {result === null && (
            <button type="submit" class={LOOKS[verb]} disabled={!isReady || progress !== null}>
              {isLooking ? 'Looking for them…' : `${WORDS[verb]} ${count(ids.length)}`}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}

interface FieldProps {
  readonly name: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly placeholder?: string;
  readonly isFirst?: boolean;
}

function Field({ name, value, onValue, placeholder = '', isFirst = false }: FieldProps) {
  return (
    <label class="field">
      <span class="name">{name}</span>
      <input
        value={value}
        maxLength={1000}
        autofocus={isFirst}
        autocomplete="off"
        placeholder={placeholder}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </label>
  );
}

const MEANS = {
  retry: 'Failed steps get a fresh set of attempts; what is complete is not executed again.',
  cancel: 'Unfinished steps are cancelled and running attempts are told to stop. This cannot be undone.',
} as const;

const STAYS = {
  retry: 'Tasks that have not failed stay as they are.',
  cancel: 'Tasks that are complete or cancelled stay as they are.',
} as const;

const leftText = (left: number, verb: BulkVerb): string =>
  left === 0 ? '' : `${count(left)} of those selected cannot be told to ${verb} and will be left alone.`;

interface Shares {
  readonly told: readonly string[];
  /** The number that failed, whether told or not. */
  readonly failed: number;
  /** The number whose state does not take the verb. */
  readonly others: number;
}

function share(found: readonly TaskSummary[], verb: BulkVerb, withFailed: boolean): Shares {
  const taking = found.filter((task) => accepts(verb, task));
  const told = taking.filter(({ status }) => verb !== 'cancel' || withFailed || status !== 'failed');
  return {
    told: told.map(({ id }) => id),
    failed: taking.filter(({ status }) => status === 'failed').length,
    others: found.length - taking.length,
  };
}

interface WithFailedProps {
  readonly failed: number;
  readonly isChosen: boolean;
  readonly onChoose: (chosen: boolean) => void;
}

/** A failed task does nothing any more; cancelled, it can only not be retried. */
function WithFailed({ failed, isChosen, onChoose }: WithFailedProps) {
  return (
    <label class="row with-failed">
      <input
        type="checkbox"
        checked={isChosen}
        onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
      />
      <span>
        Also {failed === 1 ? 'the one that has failed' : `the ${failed} that have failed`}{' '}
        <span class="muted">– nobody can retry them then; otherwise they stay failed</span>
      </span>
    </label>
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

const count = (tasks: number): string => `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`;
