/** Work that Troupe does itself, under handler names of its own; no user's handler may take such a name. */

import { Refusal } from '../errors.ts';
import type { StepDefinition } from './definition.ts';
import { templateFaults } from './http-template.ts';
import { withoutVariables } from './http-variables.ts';

/** Under which steps that are one HTTP call queue. */
export const HTTP_HANDLER = 'troupe.http';

const PREFIX = 'troupe.';

export const isBuiltIn = (handler: string): boolean => handler.startsWith(PREFIX);

export const RESERVED = `names that begin with "${PREFIX}" are Troupe's own; choose another`;

/** Throws INVALID_HANDLERS with every handler that took such a name. */
export function refuseBuiltIn(handlers: readonly { readonly name: string }[]): void {
  const names = handlers.map(({ name }) => name).filter(isBuiltIn);
  if (names.length === 0) return;
  const faults = names.map((name) => ({ pointer: `/handlers/${name}`, message: RESERVED }));
  throw new Refusal('invalid', 'INVALID_HANDLERS', `handler ${names.join(', ')}: ${RESERVED}`, { faults });
}

/** Where in the step, and what is wrong there. */
export function builtInFaults(step: StepDefinition): { path: string[]; message: string }[] {
  const { http, handler, dependsOn, failuresAs } = step;
  if (http === undefined) {
    const message = handler === HTTP_HANDLER ? 'leave it out and give the call under http' : RESERVED;
    return isBuiltIn(handler) ? [{ path: ['handler'], message }] : [];
  }
  const sources = failuresAs === undefined ? dependsOn : [...dependsOn, failuresAs];
  const faults = templateFaults(withoutVariables(http), sources).map(({ path, message }) => ({
    path: ['http', ...path],
    message,
  }));
  if (handler === HTTP_HANDLER) return faults;
  return [
    ...faults,
    { path: ['handler'], message: `must be ${HTTP_HANDLER} for a step that is an HTTP call` },
  ];
}
