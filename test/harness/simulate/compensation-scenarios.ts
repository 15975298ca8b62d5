// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** The scenarios of the crash matrix in which tasks take back what they have done. */

import {
  HANDLER,
  NO_ATTEMPTS,
  type Scenario,
  stepIs,
  submit,
  takeBack,
  taskIs,
  tell,
  tellStep,
  workflow,
} from './scenario.ts';

const compensation = {
  handler: HANDLER,
  backoff: { strategy: 'fixed', baseMs: 1, maxMs: 1, jitter: 'none' },
} as const;

const trip = workflow('Trip', {
  Hotel: { compensation },
  Pack: { dependsOn: ['Hotel'] },
  Flight: { dependsOn: ['Pack'], compensation },
  Seat: { dependsOn: ['Pack'], compensation },
  Car: { dependsOn: ['Flight', 'Seat'] },
});

const tour = workflow('Tour', {
  Pay: { compensation },
  Go: {
    dependsOn: ['Pay'],
    ...NO_ATTEMPTS,
    handler: 'troupe.children',
    run: { workflow: 'Trip', payload: { key: '${payload.key}', plan: '${payload.kid}' } },
  },
});

export const COMPENSATION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'compensation',
    workflows: [trip],
    moves: [
      submit(
        { key: 'back', name: 'Trip', plan: { Car: ['permanent'], 'Seat.compensation': ['fail'] } },
        {
          key: 'partly',
          name: 'Trip',
          notify: true,
          plan: { Car: ['permanent'], 'Flight.compensation': ['permanent'] },
        },
        { key: 'goes', name: 'Trip' },
      ),
      tellStep('retry', 'partly', 'Flight.compensation', taskIs('partly', 'failed')),
    ],
    ends: { back: 'failed', partly: 'failed', goes: 'complete' },
  },
  {
    name: 'a cancelled task is taken back',
    workflows: [trip],
    moves: [
      submit(
        { key: 'a', name: 'Trip', plan: { Car: ['hang'] } },
        { key: 'b', name: 'Trip', plan: { Car: ['permanent'], 'Hotel.compensation': ['hang'] } },
      ),
      takeBack('a', stepIs('a', 'Car', 'running')),
      tell('pause', 'b', stepIs('b', 'Hotel.compensation', 'running')),
      tell('resume', 'b', taskIs('b', 'paused')),
    ],
    ends: { a: 'cancelled', b: 'failed' },
  },
  {
    name: 'a child is taken back',
    workflows: [tour, trip],
    moves: [
      submit({ key: 'a', name: 'Tour', more: { payload: { kid: { Hotel: ['hang'] } } } }),
      takeBack('a', stepIs('a', 'Go', 'waiting')),
    ],
    ends: { a: 'cancelled', 'a/Go.0': 'cancelled' },
  },
];
