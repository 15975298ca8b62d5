/** Shows what ends a wait as a shape: the clock, a signal, a person, child tasks. */

import type { WaitsFor } from '../views/statuses.ts';

/** On a grid of 16, as the marks of states. */
const SHAPES: Readonly<Record<WaitsFor, string>> = {
  sleep: 'M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6M8 5v3.2l2.2 1.4',
  signal: 'M8.9 1.8L3.8 9h3.7l-.8 5.2L12.2 7H8.3z',
  child: 'M6.5 2.2h3v3h-3zM8 5.2v3M3.5 10.5V8.2h9v2.3M2 10.5h3v3H2zM11 10.5h3v3h-3z',
  approval: 'M8 2.4a2.7 2.7 0 1 0 0 5.4a2.7 2.7 0 1 0 0-5.4M2.8 13.8c.3-2.6 2.3-3.8 5.2-3.8s4.9 1.2 5.2 3.8',
};

export const isWait = (kind: string): kind is WaitsFor => Object.hasOwn(SHAPES, kind);

/** Whoever shows it says in words what is waited for. */
export function WaitMark({ kind }: { readonly kind: WaitsFor }) {
  return (
    <svg class="mark is-waiting" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={SHAPES[kind]} />
    </svg>
  );
}
