/** The states of a wait that has children: they work, are stopped, their outputs are gathered, or they are to end first. */

/** The children that there is room for are spawned, and counted. */
export const spawnNext = ['noteSpawned', 'spawnNext'] as const;

/** Lost children that are to try again go before new ones. */
export const goOn = ['noteTold', 'retryNext', ...spawnNext] as const;

/** Asked after every news of a child. */
const whenOver = [
  { guard: 'areDone', target: '#wait.waiting.collecting' },
  { guard: 'areLostAndOptional', target: '#wait.skipped', actions: ['recordLost', 'finish'] },
  { guard: 'areLost', target: '#wait.failed', actions: ['recordLost', 'finish'] },
] as const;

const news = {
  'child.complete': { actions: 'countChild' },
  'child.failed': { actions: 'countChild' },
  'child.cancelled': { actions: 'countChild' },
  'child.revived': { actions: 'countChild' },
} as const;

/** Children that still work are told first; the wait ends when they have. */
const endChildren = { guard: 'hasOpen', target: '#wait.waiting.ending', actions: 'noteEnding' } as const;

const byHand = {
  'step.skip': [endChildren, { target: '#wait.skipped', actions: ['resolve', 'finish'] }],
  'step.complete': [endChildren, { target: '#wait.complete', actions: ['resolve', 'finish'] }],
  'step.cancel': [endChildren, { target: '#wait.cancelled', actions: 'finish' }],
  'step.expire': [endChildren, { target: '#wait.failed', actions: ['recordExpiry', 'finish'] }],
} as const;

/** In this state some work in any case. */
const endOpen = { target: '#wait.waiting.ending', actions: 'noteEnding' } as const;

/** They work. */
export const children = {
  entry: 'armDeadline',
  exit: 'disarmDeadline',
  always: whenOver,
  on: {
    ...news,
    ...byHand,
    'child.complete': { actions: ['countChild', ...goOn] },
    'child.failed': { actions: ['countChild', ...goOn] },
    'child.cancelled': { actions: ['countChild', ...goOn] },
    'child.revived': { actions: ['countChild', ...spawnNext] },
    'children.more': { actions: goOn },
    'step.deadline': [
      endChildren,
      { guard: 'isOptional', target: '#wait.skipped', actions: ['recordTimeout', 'finish'] },
      { target: '#wait.failed', actions: ['recordTimeout', 'finish'] },
    ],
    'step.hold': { target: 'stopped', actions: 'pauseChildren' },
    'step.halt': { target: 'halted' },
  },
} as const;

/** A critical step of the task failed: what works may end, and nothing new is spawned. */
export const halted = {
  always: [...whenOver, { guard: 'hasNoneOpen', target: 'stopped' }],
  on: {
    ...news,
    'step.skip': endOpen,
    'step.complete': endOpen,
    'step.cancel': endOpen,
    'step.expire': endOpen,
    'step.hold': { target: 'stopped', actions: 'pauseChildren' },
    'step.release': { target: 'children', actions: goOn },
  },
} as const;

/** The task is paused, and so are they. */
export const stopped = {
  always: whenOver,
  on: {
    ...news,
    ...byHand,
    'step.release': { target: 'children', actions: ['resumeChildren', ...goOn] },
  },
} as const;

/** All have ended, and their outputs are gathered. */
export const collecting = {
  entry: 'collect',
  on: {
    'children.collected': { target: '#wait.complete', actions: ['recordCollected', 'finish'] },
    'children.uncollected': { target: '#wait.failed', actions: ['recordUncollected', 'finish'] },
  },
} as const;

/** It ends as was noted once none of them works any more. */
export const ending = {
  entry: 'cancelChildren',
  always: [
    { guard: 'endsCancelled', target: '#wait.cancelled', actions: ['settle', 'finish'] },
    { guard: 'endsSkipped', target: '#wait.skipped', actions: ['settle', 'finish'] },
    { guard: 'endsComplete', target: '#wait.complete', actions: ['settle', 'finish'] },
    { guard: 'endsFailed', target: '#wait.failed', actions: ['settle', 'finish'] },
  ],
  on: { ...news, 'step.cancel': { actions: ['noteEnding', 'noted'] }, 'step.expire': { actions: 'noted' } },
} as const;
