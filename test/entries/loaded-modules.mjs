/** A loader hook that prints the address of each module on standard output. */

import { writeSync } from 'node:fs';

export function load(url, context, next) {
  writeSync(1, `${url}\n`);
  return next(url, context);
}
