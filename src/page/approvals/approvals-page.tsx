/** The live list of questions that wait for a person: the longest asked first, each answered where it stands. */

import { useEffect, useState } from 'preact/hooks';
import { ProblemNotice } from '../notice.tsx';
import { Pager } from '../pager.tsx';
import { hrefOf, navigate, pathTo, setQuery, useRoute } from '../router.ts';
import { session } from '../session.ts';
import { useAtom } from '../use-atom.ts';
import { useListKeys } from '../use-list-keys.ts';
import { useMe } from '../use-me.ts';
import './approvals.css';
import { type Count, countText } from './count.tsx';
import type { Row } from './held-questions.ts';
import { focusAnswer, QuestionItem } from './question-item.tsx';
import { keyOf } from './questions.ts';
import { useQuestions } from './use-questions.ts';

const PAGES = { first: 'First', next: 'More' };

export function ApprovalsPage() {
  const { query } = useRoute();
  const { who, tenantId, cursor } = query;
  const [current, setCurrent] = useState<string | null>(null);
  const { data, problem, rows, reader, end } = useQuestions({ who, tenantId, cursor }, current !== null);
  useEffect(() => setCurrent(null), [who, tenantId, cursor]);
  useListKeys({
    ids: (rows ?? []).map(({ question }) => keyOf(question)),
    current,
    onMove: setCurrent,
    acts: {
      Enter: (id) => openTask(rows ?? [], id),
      a: (id) => focusAnswer(id, 'approve'),
      r: (id) => focusAnswer(id, 'reject'),
    },
  });
  const tenants = rows?.some(({ question }) => question.tenantId !== 'default') === true;
  return (
    <>
      <Head count={data} who={who} tenantId={tenantId} />
      {problem !== null && (data === null || problem.status !== 0) && <ProblemNotice problem={problem} />}
      {rows !== null && (
        <section class="panel" aria-label="Approvals" {...reader}>
          {rows.length === 0 ? (
            <Nothing isFiltered={who !== undefined || tenantId !== undefined || cursor !== undefined} />
          ) : (
            <>
              <p class="muted keys questions-keys">
                <kbd>j</kbd> <kbd>k</kbd> move <kbd>a</kbd> <kbd>r</kbd> to its buttons <kbd>Enter</kbd> open
                the task
              </p>
              <ol class="questions">
                {rows.map((row) => {
                  const id = keyOf(row.question);
                  return (
                    <QuestionItem
                      key={id}
                      id={id}
                      row={row}
                      isCurrent={id === current}
                      tenants={tenants}
                      onAnswered={(ending) => end(id, ending)}
                    />
                  );
                })}
              </ol>
            </>
          )}
        </section>
      )}
      <Pager cursor={cursor} next={data?.nextCursor ?? null} names={PAGES} />
    </>
  );
}

function openTask(rows: readonly Row[], id: string): void {
  const row = rows.find(({ question }) => keyOf(question) === id);
  if (row !== undefined) navigate(hrefOf(pathTo.task(row.question.taskId), { step: row.question.step }));
}

interface HeadProps {
  /** Null until it has come. */
  readonly count: Count | null;
  readonly who: string | undefined;
  readonly tenantId: string | undefined;
}

function Head({ count, who, tenantId }: HeadProps) {
  const { key } = useAtom(session);
  return (
    <div class="head">
      <h1>Approvals</h1>
      {count !== null && count.count > 0 && (
        <span class="muted">
          {countText(count)} {count.count === 1 ? 'question waits' : 'questions wait'} for a person
        </span>
      )}
      <div class="grow" />
      {tenantId !== undefined && (
        <button type="button" class="plain" onClick={() => setQuery({ tenantId: null, cursor: null })}>
          Tenant {tenantId} ✕
        </button>
      )}
      {/* Without keys everybody may answer everything. */}
      {key !== null && <OnlyMine key={key} who={who} />}
    </div>
  );
}

function OnlyMine({ who }: { readonly who: string | undefined }) {
  const me = useMe();
  if (me === null) return null;
  return (
    <label class="row">
      <input
        type="checkbox"
        checked={who === me.name}
        onChange={({ currentTarget }) =>
          setQuery({ who: currentTarget.checked ? me.name : null, cursor: null })
        }
      />
      only those that ask {me.name}
    </label>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <div class="empty">
      <h2>{isFiltered ? 'No question matches' : 'Nobody is asked anything'}</h2>
      <p>
        {isFiltered ? (
          <a href={pathTo.approvals}>All questions</a>
        ) : (
          'A step that waits for an approval stands here until somebody answers it.'
        )}
      </p>
    </div>
  );
}
