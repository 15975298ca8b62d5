/** Attempt tokens: 96 random bits, so that no worker can guess another's. */

import { randomFillSync } from 'node:crypto';

const TOKEN_BYTES = 12;

/** Filled for many tokens at a time: one call to the generator costs more than a token. */
const pool = Buffer.alloc(TOKEN_BYTES * 512);
let used = pool.length;

export function createToken(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += TOKEN_BYTES;
  return pool.toString('base64url', used - TOKEN_BYTES, used);
}
