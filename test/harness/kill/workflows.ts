// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** The workflows of the kill runs: one wide, so that many attempts run at once; one that backs off and goes on; one with a child for each element of a list. */

import { defineWorkflow } from '../../../src/workflow/define.ts';

const step = <Name extends string = never>(...dependsOn: Name[]) => ({
  handler: 'Work',
  dependsOn,
  backoff: { strategy: 'fixed', baseMs: 300 } as const,
});

export const PARTS = ['North', 'East', 'South', 'West', 'Above', 'Below'] as const;
export const ORDER = ['Receive', 'Stock', 'Pay', 'Ship'] as const;

export const WORKFLOWS = [
  defineWorkflow({
    name: 'Wide',
    steps: {
      Split: step(),
      North: step('Split'),
      East: step('Split'),
      South: step('Split'),
      West: step('Split'),
      Above: step('Split'),
      Below: step('Split'),
      Join: step(...PARTS),
    },
  }),
  defineWorkflow({
    name: 'Order',
    steps: {
      Receive: step(),
      Stock: step('Receive'),
      Pay: step('Receive'),
      Ship: step('Stock', 'Pay'),
    },
  }),
  defineWorkflow({
    name: 'Map',
    steps: {
      Each: { forEach: '${payload.items}', handler: 'Work', concurrency: 200, collect: 'counts' },
      Join: step('Each'),
    },
  }),
];
