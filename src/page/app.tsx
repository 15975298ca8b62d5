/** The frame of the page: what leads where, whether it is live, and the key form when the server wants a key. */

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApprovalsPage } from './approvals/approvals-page.tsx';
import { ApprovalCount } from './approvals/count.tsx';
import { connection } from './connection.ts';
import { KeyForm } from './key-form.tsx';
import { later } from './later.tsx';
import { MachinesPage } from './machines/machines-page.tsx';
import { Owner } from './owner.tsx';
import { partsOf, pathTo, useRoute } from './router.ts';
import { session } from './session.ts';
import { TaskPage } from './task/task-page.tsx';
import { TasksPage } from './tasks/tasks-page.tsx';
import { useAtom } from './use-atom.ts';
import { WorkflowsPage } from './workflows/workflows-page.tsx';

// Pages with a library of their own, or the examples, load when they are first shown.
const OverviewPage = later(async () => (await import('./overview/overview-page.tsx')).OverviewPage);
const SubmitPage = later(async () => (await import('./submit/submit-page.tsx')).SubmitPage);

const PLACES = [
  { href: pathTo.tasks, name: 'Tasks', page: 'tasks' },
  { href: pathTo.approvals, name: 'Approvals', page: 'approvals' },
  { href: pathTo.overview, name: 'Overview', page: 'overview' },
  { href: pathTo.workflows, name: 'Workflows', page: 'workflows' },
  { href: pathTo.machines, name: 'Machines', page: 'machines' },
  { href: pathTo.submit, name: 'Submit', page: 'submit' },
] as const;

export function App() {
  const { path } = useRoute();
  const { key, refused } = useAtom(session);
  const [page = 'tasks', name] = partsOf(path);
  useEffect(() => {
    document.title = ['Troupe', page, name].filter((part) => part !== undefined).join(' · ');
  }, [page, name]);
  return (
    <>
      <header class="top">
        <a class="brand" href="/">
          <Logo />
          Troupe
        </a>
        <nav class="places" aria-label="Main">
          {PLACES.map((place) => (
            <a key={place.page} href={place.href} aria-current={place.page === page ? 'page' : undefined}>
              {place.name}
              {place.page === 'approvals' && refused === null && (
                <>
                  {' '}
                  <ApprovalCount key={key} />
                </>
              )}
            </a>
          ))}
        </nav>
        <Connection />
        {key !== null && <Owner key={key} />}
      </header>
      <main>{refused === null ? <Page key={key} page={page} name={name} /> : <KeyForm why={refused} />}</main>
    </>
  );
}

function Page({
  page,
  name,
}: {
  readonly page: string;
  readonly name: string | undefined;
}): ComponentChildren {
  switch (page) {
    case 'tasks':
      return name === undefined ? <TasksPage /> : <TaskPage key={name} id={name} />;
    case 'approvals':
      return <ApprovalsPage />;
    case 'overview':
      return <OverviewPage />;
    case 'workflows':
      return <WorkflowsPage name={name} />;
    case 'machines':
      return <MachinesPage kind={name} />;
    case 'submit':
      return <SubmitPage />;
    default:
      return (
        <div class="empty">
          <h1>There is no such page</h1>
          <p>
            <a href="/">All tasks</a>
          </p>
        </div>
      );
  }
}

const SAYS = {
  connecting: 'connecting',
  live: 'live',
  waiting: 'waiting for an answer',
  silent: 'no news for a while',
  lost: 'no answer, trying again',
} as const;

function Connection() {
  const state = useAtom(connection);
  return (
    <span class={`connection is-${state}`} role="status">
      {SAYS[state]}
    </span>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d="M6.5 9l6-3.4M6.5 11l6 3.4" class="logo-line" />
      <circle cx="5" cy="10" r="3" fill="var(--accent)" />
      <circle cx="15" cy="5" r="2.6" fill="var(--retrying)" />
      <circle cx="15" cy="15" r="2.6" fill="var(--complete)" />
    </svg>
  );
}
