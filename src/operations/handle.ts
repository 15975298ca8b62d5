/** A durable actor as XState's callers know one: it can be sent to, subscribed to and asked for its snapshot. */

import { Refusal } from '../errors.ts';
import { type Actor, actorName, placeOf } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { COMMANDS } from '../kernel/commands.ts';
import { checkedDeadline } from '../kernel/deadlines.ts';
import type { Engine } from '../kernel/engine.ts';
import { type ActorHandle, createHandle, type Watchers } from '../kernel/handle.ts';
import { stepNamed } from '../kernel/task-effects.ts';
import { checkOutput, tellStep, tellTask } from '../kernel/verbs.ts';
import type { TaskReader } from '../queries/task-reader.ts';
import { taskAt } from '../store/address.ts';
import type { TaskRow } from '../store/rows.ts';
import type { Scope, VerbOptions } from '../views/orchestrator.ts';
import { stepVerbs, taskVerbs } from '../views/verbs.ts';
import { jsonCopy } from '../worker/json-copy.ts';
import { LIMITS } from '../workflow/definition.ts';
import { LIBRARY } from './tasks.ts';

export interface HandleParts {
  readonly cache: ActorCache;
  readonly reader: TaskReader;
  readonly engine: Engine;
  readonly watchers: Watchers;
}

export function handleOf(parts: HandleParts, scope: Scope, id: string, step?: string): ActorHandle {
  const { cache, reader, engine, watchers } = parts;
  const row: TaskRow = reader.find(scope, id);
  const entry = cache.entryOf(row);
  const index = step === undefined ? null : stepNamed(entry, step);
  if (step !== undefined && index === null) {
    throw new Refusal('STEP_NOT_FOUND', `task ${id} has no step ${step}`);
  }
  const address = index === null ? taskAt(row.no) : placeOf(entry, index);
  const actor = (): Actor => {
    const found = cache.actor(address);
    if (found !== null) return found;
    const message = `step ${step} of task ${id} has not been spawned yet`;
    throw new Refusal('STEP_NOT_SPAWNED', message);
  };
  return createHandle({
    id: `${id}/${actorName(entry, address)}`,
    address,
    watchers,
    actor,
    send: (event) => {
      const { type, by = LIBRARY, reason = null } = event;
      const options: VerbOptions = {
        by,
        reason,
        ...('deadlineSeconds' in event ? { deadlineSeconds: event.deadlineSeconds } : {}),
        ...('compensate' in event ? { compensate: event.compensate } : {}),
      };
      checkedDeadline(options);
      const taskVerb = taskVerbs.find((verb) => type === `task.${verb}`);
      const stepVerb = stepVerbs.find((verb) => type === `step.${verb}`);
      // A state ignores what it has no use for, as in XState.
      if (step === undefined && taskVerb !== undefined)
        engine.tell(address, (batch) => tellTask(batch, entry, taskVerb, options));
      else if (step !== undefined && stepVerb !== undefined) {
        const output = 'output' in event ? plain(event.output) : undefined;
        checkOutput(stepVerb, output);
        const until = 'until' in event ? { until: event.until } : {};
        const told = { ...options, output, ...until };
        engine.tell(address, (batch) => tellStep(batch, entry, step, stepVerb, told, scope === null));
      } else throw unknownEvent(type, step);
    },
  });
}

/** A copy, so that what is stored is what it was when it was sent. */
function plain(output: unknown): unknown {
  if (output === undefined) return undefined;
  const copied = jsonCopy(output, { depth: LIMITS.jsonDepth, bytes: LIMITS.outputBytes });
  if (copied.fault === null) return copied.value;
  const why = copied.fault === 'not json' ? `not JSON: ${copied.why}` : copied.fault;
  throw new Refusal('INVALID_OUTPUT', `the output is ${why}`);
}

function unknownEvent(type: string, step: string | undefined): Refusal {
  const allowed = COMMANDS[step === undefined ? 'task' : 'step'].join(', ');
  const actor = step === undefined ? 'a task' : 'a step';
  const message = `${actor} takes no event ${type} from outside; send one of ${allowed}`;
  return new Refusal('UNKNOWN_EVENT', message);
}
