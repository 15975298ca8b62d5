/** Makes events for a step, with harmless defaults, and steps that have come some of the way. */

import type { StepError, StepEvent, StepPolicy } from '../../machines/index.ts';
import { type StepLife, stepLife } from './life.ts';

export const error = (more: Partial<StepError> = {}): StepError => ({
  name: 'Error',
  message: 'no luck',
  code: null,
  retryable: true,
  ...more,
});

export const start = (token: string, at = 0): StepEvent => ({ type: 'step.start', at, token });
export const complete = (token: string, at = 0): StepEvent => ({
  type: 'attempt.complete',
  at,
  token,
  output: { ok: token },
});
export const fail = (token: string, more: Partial<StepError> = {}, at = 0): StepEvent => ({
  type: 'attempt.failed',
  at,
  token,
  dice: 0,
  error: error(more),
});
export const lose = (token: string): StepEvent => ({ type: 'attempt.lost', at: 0, token, dice: 0 });
export const tell = (verb: 'hold' | 'release' | 'halt' | 'cancel' | 'retry', at = 0): StepEvent => ({
  type: `step.${verb}`,
  at,
});

export const running = (policy: StepPolicy = {}): StepLife => stepLife(policy).hears(start('t1'));
export const backingOff = (policy: StepPolicy = {}): StepLife => running(policy).hears(fail('t1'));
export const failed = (policy: StepPolicy = {}): StepLife =>
  running(policy).hears(fail('t1', { retryable: false }));
