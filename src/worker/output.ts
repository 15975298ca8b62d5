/**
 * The outcome of work that gave an output: JSON of a bounded size and depth. Anything else is the mistake of whoever
 * made it, and no retry mends it.
 */

import { LIMITS } from '../workflow/definition.ts';
import { isDeeperThan } from '../workflow/fields.ts';
import type { Outcome } from './job.ts';

export function completed(token: string, output: unknown): Outcome {
  const refuse = (code: string, message: string): Outcome => ({
    token,
    status: 'failed',
    error: { name: 'PermanentError', message, code, retryable: false },
  });
  let text: string | undefined;
  try {
    text = JSON.stringify(output);
  } catch (error) {
    return refuse(
      'OUTPUT_NOT_JSON',
      `the output is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (text === undefined)
    return refuse('OUTPUT_NOT_JSON', `the output is a ${typeof output}, which is not JSON`);
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.outputBytes) {
    return refuse('OUTPUT_TOO_LARGE', `the output is ${bytes} bytes of JSON; at most ${LIMITS.outputBytes}`);
  }
  // Read back, so that what dependents get now is what they would get after a restart.
  const copy: unknown = typeof output === 'object' && output !== null ? JSON.parse(text) : output;
  if (isDeeperThan(copy, LIMITS.jsonDepth)) {
    return refuse('OUTPUT_TOO_DEEP', `the output nests deeper than ${LIMITS.jsonDepth} levels`);
  }
  return {
    token,
    status: 'complete',
    output: typeof copy === 'number' && !Number.isFinite(copy) ? null : copy,
  };
}
