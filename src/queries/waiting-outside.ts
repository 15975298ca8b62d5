/** Tells what a step that no worker does is waiting for, who can end that, and until when. */

import type { WaitContext } from '../../machines/index.ts';
import { waitsForOf } from '../views/statuses.ts';
import type { StepView, Waiting } from '../views/tasks.ts';
import type { StepDefinition } from '../workflow/definition.ts';
import { waitOf, workName } from '../workflow/steps/index.ts';

const iso = (at: number): string => new Date(at).toISOString();

export function onWait(definition: StepDefinition, state: string, context: WaitContext): Waiting[] {
  const { name: step } = definition;
  const { policy, until } = context;
  const end = until === undefined ? null : iso(until);
  switch (state) {
    case 'waiting.listening':
    case 'waiting.children':
    case 'waiting.halted':
    case 'waiting.ending':
      return [{ kind: policy.for, step, until: end, why: why(definition, context, end) }];
    case 'pending.held':
    case 'waiting.held':
    case 'waiting.stopped':
      return [
        { kind: 'dependency', step, until: null, why: 'held: a critical step failed and halted the task' },
      ];
    default:
      return [];
  }
}

/** Says what a step asks for, begun or not; nothing for one that somebody works at. */
export function waitOfStep(
  definition: StepDefinition,
  context: WaitContext | undefined,
): Pick<StepView, 'wait'> {
  const wait = waitOf(definition);
  if (wait === null) return {};
  const { signal, who, approval, onTimeout = 'fail' } = definition.waitFor ?? {};
  const { key, prompt } = context ?? {};
  return {
    wait: {
      for: waitsForOf(wait.policy(definition).for),
      ...(signal === undefined ? {} : { signal }),
      ...(key === undefined ? {} : { key }),
      ...(prompt === undefined ? {} : { prompt }),
      ...(who === undefined ? {} : { who }),
      ...(approval === undefined ? {} : { onTimeout }),
    },
  };
}

function why(definition: StepDefinition, context: WaitContext, end: string | null): string {
  const { waitFor } = definition;
  const { policy, key, prompt } = context;
  switch (policy.for) {
    case 'sleep':
      return `sleeps until ${end}`;
    case 'signal': {
      const name = `signal ${waitFor?.signal}`;
      const byKey =
        key === undefined || key === null
          ? `${name}, sent to this task,`
          : `${name} with key ${key}, or one sent to this task,`;
      return end === null ? `waits for ${byKey.replace(/,$/, '')}` : `waits for ${byKey} until ${end}`;
    }
    case 'approval': {
      const { who } = waitFor ?? {};
      const whose = who === undefined ? "somebody's" : `${who.join(' or ')}'s`;
      return `waits for ${whose} decision: ${prompt}${end === null ? '' : ` until ${end}`}`;
    }
    case 'child':
      return `waits for its child task, of ${workName(definition)}`;
    case 'children': {
      const { total = 0, done = 0, open = 0, lost = 0 } = context;
      const not = lost === 0 ? '' : `, ${lost} lost`;
      return `${done} of ${total} child tasks are complete, ${open} at work${not}`;
    }
  }
}
