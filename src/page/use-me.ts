/** Tells whose key this is: the journal keeps what one does under that name, and one sees its tenant only. */

import { get } from './api.ts';
import { useLive } from './use-live.ts';

export interface Me {
  readonly name: string;
  /** null sees all. */
  readonly tenantId: string | null;
}

/** The owner of a key changes with the server's file of keys. */
const READ_EVERY_MS = 300_000;

/** Null until it is known. */
export const useMe = (): Me | null =>
  useLive('me', (signal) => get<Me>('/me', { signal }), null, READ_EVERY_MS).data;
