/** A question as a row: what is asked, of whom and until when, and the answer, given where it stands. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { TaskView } from '../../views/tasks.ts';
import { Problem, post } from '../api.ts';
import { ProblemNotice } from '../notice.tsx';
import { hrefOf, pathTo } from '../router.ts';
import { StateMark } from '../state.tsx';
import { stepPath } from '../task/task-path.ts';
import { whoText } from '../task/wait-facts.tsx';
import { Ago, Countdown, now } from '../time.tsx';
import { useAtom } from '../use-atom.ts';
import { type Attempt, useAttempt } from '../use-attempt.ts';
import { CopyLink } from './copy-link.tsx';
import type { Row } from './held-questions.ts';
import { type Ending, endingOf, type Question } from './questions.ts';

interface QuestionItemProps {
  readonly id: string;
  readonly row: Row;
  readonly isCurrent: boolean;
  /** There is more than one tenant to tell apart. */
  readonly tenants: boolean;
  /** Null: the answer was refused. */
  readonly onAnswered: (ending: Ending | null) => void;
}

export function QuestionItem({ id, row, isCurrent, tenants, onAnswered }: QuestionItemProps) {
  const { question, ending } = row;
  const item = useRef<HTMLLIElement>(null);
  const attempt = useAttempt();
  useEffect(() => {
    if (isCurrent) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  return (
    <li
      ref={item}
      data-question={id}
      class={isCurrent ? 'question current' : 'question'}
      aria-current={isCurrent ? 'true' : undefined}
    >
      <div>
        <h2>{question.prompt}</h2>
        <About question={question} tenants={tenants} isOpen={ending === null} />
      </div>
      <div class="question-answer">
        {ending === null && <Answer {...{ question, onAnswered, attempt }} />}
        <div role="status" class="question-ending">
          {ending !== null && (
            <>
              <StateMark state={ending.status} /> {ending.text}
            </>
          )}
        </div>
        {attempt.problem !== null && <ProblemNotice problem={attempt.problem} />}
      </div>
    </li>
  );
}

interface AboutProps {
  readonly question: Question;
  readonly tenants: boolean;
  readonly isOpen: boolean;
}

function About({ question, tenants, isOpen }: AboutProps) {
  const { taskId, taskName, step, who, since, until, tenantId, link } = question;
  return (
    <p class="muted question-about">
      <span>
        <a href={hrefOf(pathTo.task(taskId), { step })}>
          {taskName} › {step}
        </a>{' '}
        <span class="mono">{taskId.slice(-8)}</span>
      </span>
      {tenants && (
        <a class="chip" href={hrefOf(pathTo.approvals, { tenantId })} title="Tenant">
          {tenantId}
        </a>
      )}
      <span>
        asked <Ago at={since} />
      </span>
      <span>for {whoText(who)}</span>
      {isOpen && until !== null && <Closes until={until} />}
      {isOpen && link !== undefined && <CopyLink link={link} />}
    </p>
  );
}

const SOON_MS = 3_600_000;

function Closes({ until }: { readonly until: string }) {
  const isSoon = useAtom(now, (time) => Date.parse(until) - time < SOON_MS);
  return (
    <span class={isSoon ? 'is-soon' : ''}>
      closes <Countdown until={until} />
    </span>
  );
}

type Decision = 'approve' | 'reject';

const VERBS = { approve: 'complete', reject: 'reject' } as const;

interface AnswerProps {
  readonly question: Question;
  readonly onAnswered: (ending: Ending | null) => void;
  readonly attempt: Attempt;
}

/** Enter in the reason answers nothing: which answer it were would be a guess. */
function Answer({ question, onAnswered, attempt }: AnswerProps) {
  const { taskId, prompt, step } = question;
  const reasonId = useId();
  const [reason, setReason] = useState('');
  const { busy } = attempt;
  const answer = (decision: Decision): Promise<void> =>
    attempt.attempt(async () => {
      const given = reason.trim();
      try {
        const path = `${stepPath(taskId, step)}/${VERBS[decision]}`;
        const task = await post<TaskView>(path, given === '' ? {} : { reason: given });
        const told = task.steps.find(({ name }) => name === step);
        onAnswered(told === undefined ? null : endingOf(told));
      } catch (error) {
        // Somebody else was first, or its time is over.
        if (error instanceof Problem && error.status === 409) onAnswered(null);
        throw error;
      }
    });
  return (
    <div class="row">
      <label class="visually-hidden" for={reasonId}>
        Reason for the answer to “{prompt}”
      </label>
      <input
        id={reasonId}
        value={reason}
        maxLength={1000}
        autocomplete="off"
        placeholder="Reason, kept in the journal"
        onInput={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <button
        type="button"
        class="primary"
        data-answer="approve"
        disabled={busy}
        aria-label={`Approve: ${prompt}`}
        onClick={() => void answer('approve')}
      >
        Approve
      </button>
      <button
        type="button"
        class="danger"
        data-answer="reject"
        disabled={busy}
        aria-label={`Reject: ${prompt}`}
        onClick={() => void answer('reject')}
      >
        Reject
      </button>
    </div>
  );
}

/** Takes the keyboard to a button of a question, which is pressed by another key. */
export function focusAnswer(id: string, decision: Decision): void {
  const item = document.querySelector(`[data-question="${CSS.escape(id)}"]`);
  item?.querySelector<HTMLButtonElement>(`[data-answer="${decision}"]`)?.focus();
}
