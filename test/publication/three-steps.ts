import { step, workflow } from '../support.ts';

/** Three steps, one after the other. */
export const threeSteps = workflow('three', [
  step('first', [], { handler: 'work' }),
  step('second', ['first'], { handler: 'work' }),
  step('third', ['second'], { handler: 'work' }),
]);
