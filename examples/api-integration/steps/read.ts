/** Data another service sent, checked on arrival. */

import { PermanentError } from 'troupe/worker';
import { z } from 'zod';

/** Throws a PermanentError that says what does not fit: the same data again would fit no better. */
export function read<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  what: string,
): z.output<Schema> {
  const { success, data: value, error } = schema.safeParse(data);
  if (success) return value;
  throw new PermanentError(`${what} is not as expected:\n${z.prettifyError(error)}`, {
    code: 'UNEXPECTED_DATA',
    details: { issues: error.issues.map(({ path, message }) => ({ path: path.map(String), message })) },
  });
}
