/**
 * `npm run check:machines`: exits 1 on a machine that can wait for nobody. With `--waits` it says what each waits for
 * and who ends it; without, only what is wrong, since every install runs it.
 */

import {
  checkMachine,
  STEP_PROMISES,
  stepMachine,
  TASK_PROMISES,
  taskMachine,
  WAIT_PROMISES,
  waitMachine,
} from '../machines/index.ts';
import { REMOTE_PROMISES } from '../machines/promises.ts';
import { remoteAttemptMachine } from '../machines/remote-attempt.ts';

const tellsWaits = process.argv.includes('--waits');
for (const [name, check] of [
  ['task', checkMachine(taskMachine, TASK_PROMISES)],
  ['step', checkMachine(stepMachine, STEP_PROMISES)],
  ['wait', checkMachine(waitMachine, WAIT_PROMISES)],
  ['remote attempt', checkMachine(remoteAttemptMachine, REMOTE_PROMISES)],
] as const) {
  for (const { state, endedBy } of tellsWaits ? check.waits : [])
    console.log(`${name} ${state}: ended by ${endedBy.join(', ')}`);
  for (const fault of check.faults) console.error(`${name}: ${fault}`);
  if (check.faults.length > 0) process.exitCode = 1;
}
