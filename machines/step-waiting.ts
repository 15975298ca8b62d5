/** The two ways in which a step waits, before its first attempt and before each further one. */

/** It waits for a worker. */
export const queued = {
  entry: ['enqueue', 'armStartTimeout'],
  exit: ['dequeue', 'disarmStartTimeout'],
  on: {
    'step.start': [
      {
        guard: 'beginsTime',
        target: '#step.running',
        actions: ['startAttempt', 'startSet', 'armWithin'],
      },
      { target: '#step.running', actions: 'startAttempt' },
    ],
    'step.hold': { target: 'held' },
    'step.startTimeout': [
      { guard: 'isOptional', target: '#step.skipped', actions: ['recordStartTimeout', 'finish'] },
      { target: '#step.failed', actions: 'recordStartTimeout' },
    ],
  },
} as const;

/** It does not wait for a worker until it is released. */
export const held = {
  entry: 'unhold',
  on: { 'step.release': { target: 'queued', actions: 'queue' } },
} as const;
