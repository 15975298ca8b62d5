/** `node --import tsx scripts/check-machines.ts`: what each machine waits for and who ends it; exits 1 on a fault. */

import { checkMachine, STEP_PROMISES, stepMachine, TASK_PROMISES, taskMachine } from '../machines/index.ts';

for (const [name, check] of [
  ['task', checkMachine(taskMachine, TASK_PROMISES)],
  ['step', checkMachine(stepMachine, STEP_PROMISES)],
] as const) {
  for (const { state, endedBy } of check.waits)
    console.log(`${name} ${state}: ended by ${endedBy.join(', ')}`);
  for (const fault of check.faults) console.error(`${name}: ${fault}`);
  if (check.faults.length > 0) process.exitCode = 1;
}
