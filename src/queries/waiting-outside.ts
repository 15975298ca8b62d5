/** What a step that no worker does is waiting for, who can end that, and until when. */

import type { WaitContext } from '../../machines/index.ts';
import type { Waiting } from '../views/tasks.ts';
import type { StepDefinition } from '../workflow/definition.ts';

const iso = (at: number): string => new Date(at).toISOString();

export function onWait(
  { name: step }: StepDefinition,
  state: string,
  { policy, until }: WaitContext,
): Waiting[] {
  const end = until === undefined ? null : iso(until);
  switch (state) {
    case 'waiting.listening':
      return [{ kind: policy.for, step, until: end, why: why(policy.for, end) }];
    case 'pending.held':
    case 'waiting.held':
      return [
        { kind: 'dependency', step, until: null, why: 'held: a critical step failed and halted the task' },
      ];
    default:
      return [];
  }
}

function why(kind: WaitContext['policy']['for'], end: string | null): string {
  const until = end === null ? '' : ` until ${end}`;
  switch (kind) {
    case 'sleep':
      return `sleeps${until}`;
    case 'signal':
      return `waits for a signal${until}`;
    case 'approval':
      return `waits for a person${until}`;
  }
}
