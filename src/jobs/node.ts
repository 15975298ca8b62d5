/** The id of a store among the orchestrators of a bus, made once: what workers send back finds its way by it. */

import { randomBytes } from 'node:crypto';
import type { Store } from '../store/store.ts';

const KEY = 'node';

export function nodeOf(store: Store): string {
  const known = store.meta(KEY);
  if (known !== null) return known;
  const node = randomBytes(8).toString('hex');
  store.commit({ meta: [{ key: KEY, value: node }] });
  return node;
}
