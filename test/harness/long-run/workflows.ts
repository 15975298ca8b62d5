/** The workflows of a long run, as they are posted: one with retries and a join, one that handles its failures. */

const RETRIES = { retry_limit: 3, backoff: { strategy: 'fixed', base: '300ms' } } as const;

/** `remote`: some of the work is for workers on NATS. */
export const workflowsFor = (remote: boolean): readonly unknown[] => [
  {
    name: 'Order',
    version: '1.0.0',
    steps: [
      { name: 'Receive', handler: 'Work', ...RETRIES },
      { name: 'Stock', handler: remote ? 'RemoteWork' : 'Work', depends_on: ['Receive'], ...RETRIES },
      { name: 'Pay', handler: 'Work', depends_on: ['Receive'], ...RETRIES },
      { name: 'Ship', handler: 'Work', depends_on: ['Stock', 'Pay'], ...RETRIES },
    ],
  },
  {
    name: 'Handled',
    version: '1.0.0',
    steps: [
      { name: 'Try', handler: 'Work', retry_limit: 1 },
      { name: 'After', handler: 'Work', depends_on: ['Try'] },
      { name: 'Mend', handler: 'Work', on_failure: true },
    ],
  },
];
