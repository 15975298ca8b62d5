/**
 * Submits the load of a kill run. At any moment tasks run side by side, back off, wait for their time and for
 * each other.
 */

import { parseTaskRequest, type TaskRequest } from '../../../src/workflow/task-request.ts';
import type { StepPlan } from './protocol.ts';
import type { Random } from './random.ts';
import { ORDER, PARTS } from './workflows.ts';

export type End = 'complete' | 'failed';

/** Tasks submitted together, and how each is to end. */
export interface Unit {
  readonly requests: readonly TaskRequest[];
  readonly ends: readonly End[];
}

type Wish = readonly [name: string, more: Partial<TaskRequest>, end: End];

export class Load {
  readonly #random: Random;
  #units = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** `earlier`: ids of acknowledged tasks that will be complete in the end. */
  next(earlier: readonly string[]): Unit {
    const key = `unit-${++this.#units}`;
    const wishes = this.#random.shuffle(this.#wishes(key, earlier));
    return {
      requests: wishes.map(([name, more], index) =>
        parseTaskRequest({ ...more, name, idempotencyKey: `${key}-${index}` }),
      ),
      ends: wishes.map(([, , end]) => end),
    };
  }

  #wishes(correlationId: string, earlier: readonly string[]): Wish[] {
    const random = this.#random;
    const on = random.pick(earlier);
    switch (random.between(0, 6)) {
      case 0:
        return [['Wide', { payload: this.#payload(['Split', ...PARTS, 'Join']) }, 'complete']];
      case 1:
        return [['Order', { payload: this.#payload(ORDER) }, 'complete']];
      case 2:
        return [['Later', { delaySeconds: random.between(200, 4_000) / 1_000 }, 'complete']];
      case 3:
        return [
          ['Order', { correlationId, payload: this.#payload(ORDER) }, 'complete'],
          ['Audit', { correlationId, dependencies: ['Order'] }, 'complete'],
          [
            'Later',
            { correlationId, dependencies: ['Audit', 'Order'], delaySeconds: random.next() },
            'complete',
          ],
        ];
      case 4:
        return [
          [
            'Doomed',
            { correlationId, maxRetries: 1, payload: { Doomed: { ms: 5, failures: 99 } } },
            'failed',
          ],
          ['Audit', { correlationId, dependencies: ['Doomed'], onDependencyFailure: 'fail' }, 'failed'],
        ];
      case 5:
        // Its work takes longer than all of it may.
        return [
          [
            'Work',
            { deadlineSeconds: random.between(100, 600) / 1_000, payload: { Work: { ms: 3_000 } } },
            'failed',
          ],
        ];
      default:
        return [
          [
            'Work',
            { dependencies: on === undefined ? [] : [on], payload: this.#payload(['Work']) },
            'complete',
          ],
        ];
    }
  }

  #payload(steps: readonly string[]): Record<string, StepPlan> {
    const random = this.#random;
    const plan = (): StepPlan => ({
      ms: random.chance(0.5) ? random.between(1, 150) : 0,
      // Not more: an attempt whose process was killed too often counts as one more failure.
      failures: random.chance(0.2) ? 1 : 0,
    });
    return Object.fromEntries(steps.map((step) => [step, plan()]));
  }
}
