/**
 * The outcome of work that gave an output: JSON of a bounded size and depth, and all of what was given. Anything else
 * is the mistake of whoever made it, and no retry mends it.
 */

import { type FailureCode, failure } from '../../machines/failure-codes.ts';
import { LIMITS } from '../workflow/definition.ts';
import type { Outcome } from './job.ts';
import { jsonCopy } from './json-copy.ts';

/** A number is counted as one byte and takes 24 at most, a character 6 as an escape. */
const MOST_BYTES_TO_ONE = 25;

export function completed(token: string, output: unknown): Outcome {
  const refuse = (code: FailureCode, message: string): Outcome => ({
    token,
    status: 'failed',
    error: failure('PermanentError', code, message),
  });
  // A copy, so that what dependents get now is what they would get after a restart, whatever becomes of the original.
  const copied = jsonCopy(output, { depth: LIMITS.jsonDepth, bytes: LIMITS.outputBytes });
  switch (copied.fault) {
    case 'not json':
      return refuse('OUTPUT_NOT_JSON', `the output is not JSON: ${copied.why}`);
    case 'too deep':
      return refuse('OUTPUT_TOO_DEEP', `the output nests deeper than ${LIMITS.jsonDepth} levels`);
    case 'too large':
      return refuse(
        'OUTPUT_TOO_LARGE',
        `the output is more than ${LIMITS.outputBytes} bytes of JSON, the most that an output may have`,
      );
    case null:
  }
  const { leastBytes, value } = copied;
  const isSmall = leastBytes * MOST_BYTES_TO_ONE <= LIMITS.outputBytes;
  const bytes = isSmall ? leastBytes : Buffer.byteLength(JSON.stringify(value));
  if (bytes > LIMITS.outputBytes) {
    return refuse('OUTPUT_TOO_LARGE', `the output is ${bytes} bytes of JSON; at most ${LIMITS.outputBytes}`);
  }
  return { token, status: 'complete', output: value };
}
