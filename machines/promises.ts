/** Lists what the machines promise: which event ends each wait, where a cancel works, and what bounds each circle. */

import type { Promises } from './check.ts';

export const STEP_PROMISES: Promises = {
  cancel: {
    event: 'step.cancel',
    target: 'cancelled',
    worksIn: ['pending', 'running', 'retrying', 'waiting'],
    unless: ['mustStop'],
  },
  senders: {
    'attempt.': 'the worker',
    'step.start': 'the dispatcher, once a worker is free',
    'step.release': 'the task, when it is resumed',
    'step.skip': 'a person',
    'step.complete': 'a person',
    'step.retry': 'a person',
    'step.within': 'a timer',
    'step.expire': 'the task, at its deadline',
    'xstate.after.': 'a timer',
  },
  // Attempts and losses are counted, and whoever is asked answers in the end; the rest is somebody's decision.
  bounds: ['mayRetry', 'mayResend', 'mayAskAgain', 'step.retry', 'step.hold', 'step.halt', 'step.release'],
  mayPass: ['step.hold', 'step.release', 'step.halt', 'step.expire'],
};

export const WAIT_PROMISES: Promises = {
  cancel: {
    event: 'step.cancel',
    target: 'cancelled',
    worksIn: ['pending', 'waiting.listening', 'waiting.held', 'waiting.collecting'],
  },
  senders: {
    'wait.': 'Troupe, once it is told what it asks for',
    'signal.': 'somebody outside',
    'child.': 'its children',
    'children.': 'Troupe, once it has gathered what they made, or spawned some of them',
    'step.reject': 'a person',
    'step.release': 'the task, when it is resumed',
    'step.skip': 'a person',
    'step.complete': 'a person',
    'step.retry': 'a person',
    'step.deadline': 'a timer',
    'step.expire': 'the deadline of its task',
  },
  // Each is somebody's decision.
  bounds: [
    'step.retry',
    'step.hold',
    'step.halt',
    'step.release',
    'step.extend',
    'step.skip',
    'step.complete',
    'step.cancel',
    'child.revived',
  ],
  mayPass: ['wait.begin', 'wait.invalid', 'step.hold', 'step.release', 'step.halt', 'children.more'],
};

export const TASK_PROMISES: Promises = {
  cancel: {
    event: 'task.cancel',
    target: 'cancelled',
    worksIn: ['pending', 'running', 'retrying', 'waiting', 'paused', 'failed'],
    unless: ['keepsTakingBack', 'isToTakeBack'],
  },
  senders: {
    always: 'its steps',
    'step.': 'its steps',
    'dependency.': 'the tasks it depends on',
    'task.resume': 'a person',
    'task.retry': 'a person',
    'task.compensate': 'a person',
    'task.deadline': 'a timer',
    'xstate.after.': 'a timer',
  },
  // Steps are finitely many, and each has its own bounds.
  bounds: [
    'isBackingOff',
    'isActive',
    'isWaiting',
    'isMoving',
    'task.pause',
    'task.resume',
    'task.retry',
    'task.cancel',
    'task.compensate',
  ],
  mayPass: ['dependency.resolved', 'xstate.after.delay.task.pending'],
};

export const REMOTE_PROMISES: Promises = {
  cancel: {
    event: 'attempt.released',
    target: 'withdrawn',
    worksIn: ['unsent', 'sent', 'offered', 'taken', 'answered'],
    sureIn: ['answered'],
  },
  senders: {
    'attempt.': 'its step',
    always: 'itself, at once',
    'job.': 'the bus',
    'worker.': 'a worker',
    'xstate.after.silence': 'a timer',
  },
  // Each is somebody's doing, and an offer goes on until somebody comes.
  bounds: [
    'isLatest',
    'isDeaf',
    'mayBeHeard',
    'isPassedOn',
    'worker.beat',
    'job.unsent',
    'attempt.released',
    'xstate.after.offer.remote.offered',
  ],
  mayPass: [],
};
