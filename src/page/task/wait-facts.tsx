/** Tells what a wait asks for, of whom and until when, as it was at the moment looked at, and why it ended without. */

import type { ComponentChildren } from 'preact';
import type { ActorMoment } from '../../views/moments.ts';
import type { StepView } from '../../views/tasks.ts';
import { Countdown, momentText } from '../time.tsx';
import { WaitMark } from '../wait-mark.tsx';
import { Failure, type ShownError } from './failure.tsx';

type Wait = NonNullable<StepView['wait']>;

interface WaitProps {
  readonly wait: Wait;
  /** null before it was spawned. */
  readonly moment: ActorMoment | null;
}

const TITLES = {
  sleep: 'Sleeps',
  signal: 'Waits for a signal',
  approval: 'Asks a person',
  child: 'Waits for child tasks',
} as const;

/** Says in a line what kind of wait it is, and what it asks. */
export function WaitHead({ wait, moment }: WaitProps) {
  const { prompt, error } = contextOf(moment);
  return (
    <div>
      <h3>
        <WaitMark kind={wait.for} /> {TITLES[wait.for]}
      </h3>
      {prompt !== undefined && <p class="asked">{prompt}</p>}
      {error !== undefined && <Failure error={error} />}
    </div>
  );
}

/** Terms and their descriptions, for a list of facts. */
export function WaitFacts({ wait, moment, isNow }: WaitProps & { readonly isNow: boolean }) {
  const { until, key, begun } = contextOf(moment);
  const isWaiting = moment?.status === 'waiting';
  return (
    <>
      {wait.signal !== undefined && <Fact name="Signal">{wait.signal}</Fact>}
      {wait.for === 'signal' && begun && (
        <Fact name="Key">{key ?? <span class="muted">none: it must be sent to this task</span>}</Fact>
      )}
      {begun && (
        <Fact name="Until">
          {until === undefined ? 'it is over: no clock ends it' : momentText(until)}
          {until !== undefined && isNow && isWaiting && (
            <div class="muted">
              <Countdown until={until} />
            </div>
          )}
        </Fact>
      )}
      {wait.for === 'approval' && (
        <>
          <Fact name="May answer">{whoText(wait.who)}</Fact>
          {until !== undefined && <Fact name="If nobody does">{UNANSWERED[wait.onTimeout ?? 'fail']}</Fact>}
        </>
      )}
    </>
  );
}

export const whoText = (who: readonly string[] | null | undefined): string =>
  who === null || who === undefined ? 'anybody' : who.join(' or ');

const UNANSWERED = { approve: 'it is approved', reject: 'it is rejected', fail: 'it fails' } as const;

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** A wait keeps these, as it asked for them when it began. */
function contextOf(moment: ActorMoment | null) {
  const { prompt, until, key, attempt, error } = (moment?.context ?? {}) as {
    readonly prompt?: string;
    readonly until?: number;
    readonly key?: string | null;
    readonly attempt?: number;
    readonly error?: ShownError;
  };
  return {
    prompt,
    key,
    error,
    until: until === undefined ? undefined : new Date(until).toISOString(),
    begun: attempt !== undefined && attempt > 0,
  };
}
