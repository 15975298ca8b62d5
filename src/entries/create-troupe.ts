/** `createTroupe`, which loads the engine and SQLite when it is called: a file of handlers or workflows needs neither. */

import type { Troupe, TroupeOptions } from '../troupe.ts';

/** Opens the store and goes on with what is in it. Refuses with what is wrong with the options, as INVALID_OPTIONS. */
export async function createTroupe(options: TroupeOptions): Promise<Troupe> {
  const troupe = await import('../troupe.ts');
  return troupe.createTroupe(options);
}
