/** A step may have a compensation: what takes it back when its task fails after it. It becomes a step of its own. */

import { z } from 'zod';
import type { Backoff } from '../../../machines/backoff.ts';
import type { HandlerContext } from '../../worker/job.ts';
import type { Arguments } from '../arguments.ts';
import { HTTP_HANDLER } from '../built-in.ts';
import { COMPENSATION_ENDING } from '../compensations.ts';
import type { HttpCall, StepDefinition } from '../definition.ts';
import { DURATION_FORMS, durationMs } from '../duration.ts';
import { nameField } from '../fields.ts';
import { strict } from '../parse.ts';
import { backoffField, backoffView, durationField, retryLimitField, toBackoff } from '../times.ts';
import { handler as ofHandler } from './handler.ts';
import { type HttpOptions, http as ofHttp } from './http.ts';
import type { Keys, StepKind, Tell } from './kind.ts';

/** Takes a step back: a handler or an HTTP call, with bounds of its own. */
export interface Compensation {
  readonly handler: string;
  readonly http?: HttpCall;
  readonly with?: Arguments;
  /** Executions in all; missing: 3. */
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
  readonly backoff?: Backoff;
  /** Only a step that is complete, or only one whose outcome is unknown; both unless given. */
  readonly applies?: 'complete' | 'unknown';
}

export interface CompensationFields {
  readonly compensation?: Compensation;
  /** It is the compensation of this step, and stands in no definition that is written. */
  readonly compensates?: string;
}

/** The work itself, or the name of a handler that some worker serves. */
type Work = string | ((job: HandlerContext) => unknown);

export interface CompensationOptions {
  /** Takes the step back, once the task fails after it: the work itself, the name of a handler, or how it is done. */
  readonly compensation?:
    | Work
    | {
        readonly handler?: Work;
        /** One HTTP call that Troupe makes itself. */
        readonly http?: HttpOptions['http'];
        /** Its handler gets this as `job.with`; `${…}` references are filled in. */
        readonly with?: Arguments;
        /** Executions in all; 3 unless given. */
        readonly maxAttempts?: number;
        /** Seconds, or `500ms`, `30s`, `5m`, `2h`, `3d`. */
        readonly timeout?: number | string;
        readonly backoff?: Partial<Backoff>;
        /** Only a step that is complete, or only one whose outcome is unknown; both unless given. */
        readonly applies?: 'complete' | 'unknown' | 'both';
      };
}

const compensationField = strict({
  handler: nameField.optional(),
  http: ofHttp.keys.http,
  with: ofHandler.keys.with,
  retry_limit: retryLimitField.optional().meta({ description: 'Executions in all; 3 unless given' }),
  timeout: durationField.optional(),
  backoff: backoffField.optional(),
  applies: z
    .enum(['complete', 'unknown', 'both'])
    .optional()
    .meta({ description: 'To steps that are complete, to those whose outcome is unknown, or to both' }),
})
  .superRefine((given, context) => {
    const tell = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if ((given.handler === undefined) === (given.http === undefined))
      tell([], 'must have either handler or http');
    if (given.http !== undefined && given.with !== undefined)
      tell(['with'], 'gives a handler its arguments: an HTTP call says them in its url, headers and body');
    if (given.timeout !== undefined && durationMs(given.timeout) === 0) tell(['timeout'], DURATION_FORMS);
  })
  .meta({ id: 'Compensation' });

const keys = {
  compensation: z
    .union([nameField, compensationField], {
      error: (issue) => (typeof issue.input === 'object' ? undefined : NO_COMPENSATION),
    })
    .optional()
    .meta({ description: 'Takes the step back once the task fails after it: a handler, or how it is done' }),
};

const NO_COMPENSATION =
  'must be the name of a handler, or {handler or http, retry_limit, timeout, backoff, applies}';

export interface Written {
  readonly compensation?: z.output<(typeof keys)['compensation']> | undefined;
}

function toDefinition({ compensation: given }: Written): { readonly compensation?: Compensation } {
  if (given === undefined) return {};
  if (typeof given === 'string') return { compensation: { handler: given } };
  const { handler = HTTP_HANDLER, http, with: written, retry_limit, timeout, backoff, applies } = given;
  const timeoutMs = durationMs(timeout);
  return {
    compensation: {
      ...{ handler, ...ofHttp.toDefinition({ http }) },
      ...(written === undefined ? {} : { with: written }),
      ...(retry_limit === undefined ? {} : { maxAttempts: retry_limit }),
      ...(timeoutMs === null ? {} : { timeoutMs }),
      ...(backoff === undefined ? {} : { backoff: toBackoff(backoff) }),
      ...(applies === undefined || applies === 'both' ? {} : { applies }),
    },
  };
}

function keyFaults(step: Keys, tell: Tell): void {
  const { name } = step;
  if (typeof name === 'string' && name.endsWith(COMPENSATION_ENDING))
    tell(['name'], `must not end in "${COMPENSATION_ENDING}": compensations of steps are called so`);
  if (step['compensation'] !== undefined && step['on_failure'] !== undefined && step['on_failure'] !== false)
    tell(['compensation'], 'a failure handler runs last: nothing is taken back after it');
}

export const compensation = {
  label: ({ compensates }: StepDefinition) =>
    compensates === undefined ? 'has a compensation' : `takes back ${compensates}`,
  is: (step: StepDefinition) => step.compensation !== undefined || step.compensates !== undefined,
  keys,
  overrides: keys,
  view: {
    compensation: z
      .object({
        handler: z.string(),
        ...ofHttp.view,
        with: ofHandler.view.with,
        maxAttempts: z.int().optional(),
        timeoutMs: z.number().optional(),
        backoff: backoffView.optional(),
        applies: z.enum(['complete', 'unknown']).optional(),
      })
      .optional()
      .meta({ description: 'Takes the step back once the task fails after it' }),
    compensates: z.string().optional().meta({ description: 'The step that it takes back' }),
  },
  toDefinition,
  keyFaults,
  faults: () => [],
  references: () => [],
  graphFaults: () => [],
  pending: null,
  own: null,
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
