/** The process that is killed, and the one after it. Sends a message once as many orders as wanted are complete. */

import { createTroupe } from '../../src/index.ts';
import { outputOf, STEPS } from './order.ts';

const [, , db = '', wanted] = process.argv;
let notified = 0;
const handlers = STEPS.map((name) => ({
  name,
  run: () => {
    if (name === 'Notify') notified++;
    return outputOf(name);
  },
  concurrency: null,
}));
const troupe = await createTroupe({ db, handlers });
const readyAfterMs = performance.now();
const missing = Number(wanted) - troupe.health().tasks.complete;
process.on('disconnect', () => process.exit());
const look = setInterval(() => {
  // Asked only when it may be so: an answer costs the engine something.
  if (notified < missing || troupe.health().tasks.complete < Number(wanted)) return;
  clearInterval(look);
  process.send?.({ readyAfterMs });
}, 1);
