/** The workflow of the fault tests: six steps, two of them side by side, all done by workers elsewhere. */

import { step, workflow } from '../support.ts';

export const ORDER = workflow('Order', [
  step('Receive'),
  step('Charge', ['Receive']),
  step('Reserve', ['Receive']),
  step('Pack', ['Charge', 'Reserve']),
  step('Ship', ['Pack']),
  step('Notify', ['Ship']),
]);

export const STEPS = ORDER.steps.map(({ name }) => name);
