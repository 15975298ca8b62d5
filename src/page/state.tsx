/** A state as it looks everywhere: a shape, a colour and its word, so that no one of them has to be told apart. */

import type { StepStatus, TaskStatus } from '../views/tasks.ts';

export type State = TaskStatus | StepStatus;

/** On a grid of 16: told apart without colour. */
const SHAPES: Readonly<Record<State, string>> = {
  pending: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11',
  running: 'M8 2.5a5.5 5.5 0 1 0 5.5 5.5M6.6 5.6l4 2.4-4 2.4z',
  retrying: 'M12.9 5.6A5.5 5.5 0 1 0 13.5 8M13.4 2.6v3.2h-3.2',
  waiting: 'M4.5 2.5h7M4.5 13.5h7M5.5 2.5c0 4 5 3.5 5 11M10.5 2.5c0 4-5 3.5-5 11',
  paused: 'M5.5 3v10M10.5 3v10',
  complete: 'M2.8 8.6l3.3 3.4 7.1-8',
  failed: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  cancelled: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M4.2 11.8l7.6-7.6',
  skipped: 'M3 4l4.5 4L3 12M8.5 4L13 8l-4.5 4',
};

/** Only the shape; whoever shows it without the word says the word elsewhere. */
export function StateMark({ state }: { readonly state: State }) {
  return (
    <svg class={`mark is-${state}`} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={SHAPES[state]} />
    </svg>
  );
}

export function StateLabel({ state }: { readonly state: State }) {
  return (
    <span class={`state is-${state}`}>
      <StateMark state={state} />
      {state}
    </span>
  );
}
