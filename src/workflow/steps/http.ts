/** A step that is one HTTP call, made by Troupe itself. */

import { z } from 'zod';
import { HTTP_HANDLER } from '../built-in.ts';
import { type HttpCall, LIMITS, type StepDefinition } from '../definition.ts';
import { jsonValueOf } from '../fields.ts';
import { templateFaults, textsIn } from '../http-template.ts';
import { withoutVariables } from '../http-variables.ts';
import { strict } from '../parse.ts';
import { type OutputReference, outputsIn } from '../template.ts';
import type { Keys, StepFault, StepKind, Tell } from './kind.ts';

export interface HttpFields {
  /** Done by the orchestrator itself instead of a handler. */
  readonly http?: HttpCall;
}

export interface HttpOptions {
  /** One HTTP call that Troupe makes itself, instead of a handler; `${…}` references are filled in. */
  readonly http?: z.input<typeof httpField>;
}

const shape = {
  method: z.string().default('GET'),
  url: z.string().max(2_048, 'must be at most 2048 characters'),
  headers: z.record(z.string(), z.string()).default({}),
  body: jsonValueOf(LIMITS.payloadBytes).optional(),
};

const httpField = strict(shape).meta({
  id: 'HttpCall',
  description:
    'One HTTP call, done by Troupe itself. References to the payload and to outputs are filled in, never in the host',
});

export interface Written {
  readonly http?: z.output<typeof httpField> | undefined;
}

function faults({ http: call }: StepDefinition): StepFault[] {
  if (call === undefined) return [];
  return templateFaults(withoutVariables(call)).map(({ path, message }) => ({
    path: ['http', ...path],
    message,
  }));
}

function references({ http: call }: StepDefinition): OutputReference[] {
  if (call === undefined) return [];
  return outputsIn(textsIn(withoutVariables(call))).map((reference) => ({
    ...reference,
    path: ['http', ...reference.path],
  }));
}

export const http = {
  label: () => 'HTTP call',
  is: (step: StepDefinition) => step.http !== undefined,
  keys: { http: httpField.optional() },
  overrides: { http: strict({ ...shape, url: shape.url.optional() }).optional() },
  view: {
    http: z
      .object({
        method: z.string(),
        url: z.string(),
        headers: z.record(z.string(), z.string()),
        body: z.unknown(),
      })
      .optional(),
  },
  toDefinition({ http: call }: Written) {
    if (call === undefined) return {};
    const { method, url, headers, body = null } = call;
    return { handler: HTTP_HANDLER, http: { method: method.toUpperCase(), url, headers, body } };
  },
  keyFaults(step: Keys, tell: Tell) {
    if (step['http'] === undefined) return;
    if (step['isolation'] !== undefined) tell(['isolation'], 'an HTTP call runs no handler: leave it out');
    if (step['with'] !== undefined)
      tell(['with'], 'gives a handler its arguments: an HTTP call says them in its url, headers and body');
  },
  faults,
  references,
  graphFaults: () => [],
  pending: null,
  own: {
    key: 'http',
    handler: HTTP_HANDLER,
    isFilledLate: true,
    instead: 'leave it out and give the call under http',
    attempts: {
      // Slow servers leave room for handlers.
      share: 0.5,
      queued: 'queued: the call is made as soon as there is room for it',
      work({ name, http: call }, services) {
        if (call === undefined) throw new Error(`assertion failed: step ${name} has no call`);
        return (job, signal) => services.http.call(call, job, signal);
      },
    },
    wait: null,
  },
} satisfies StepKind & { toDefinition: (step: Written) => Partial<StepDefinition> };
