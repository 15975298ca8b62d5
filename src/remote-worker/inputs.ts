/** Asks the orchestrator for the inputs of a job that were too large for it, part by part, until they are whole. */

import type { Bus } from '../bus/bus.ts';
import { isWhole, partSchema } from '../bus/parts.ts';
import { Refusal } from '../errors.ts';
import { textOf } from '../workflow/json-body.ts';
import { ask } from './ask.ts';
import { type InputsReference, type JobInputs, readInputs } from './job-message.ts';
import { pause } from './patience.ts';

/** About a minute: longer than an orchestrator takes to start again. */
const MOST_FAILURES = 32;

interface Asking {
  readonly bus: Bus;
  readonly token: string;
  readonly reference: InputsReference;
  readonly isWanted: () => boolean;
  /** Ends the asking. */
  readonly signal: AbortSignal;
}

/**
 * While nobody answers it asks again: the orchestrator may be starting. Null: it is not wanted any more. Throws
 * NO_ORCHESTRATOR, ATTEMPT_OVER, INPUTS_CHANGED, INVALID_JOB, and what the orchestrator says against it.
 */
export async function fetchInputs(asking: Asking): Promise<JobInputs | null> {
  const { bus, token, reference, isWanted, signal } = asking;
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (let failures = 0; offset < reference.bytes; ) {
    if (!isWanted() || signal.aborted) return null;
    const part = await ask(bus, reference.from, { token, offset }, partSchema);
    if (part === null) {
      if (failures === MOST_FAILURES) throw noOrchestrator();
      await pause(failures++, signal);
      continue;
    }
    failures = 0;
    const data = Buffer.from(part.data, 'base64');
    if (part.offset !== offset || data.byteLength === 0) throw changed();
    parts.push(data);
    offset += data.byteLength;
  }
  const data = Buffer.concat(parts);
  if (!isWhole(reference, data)) throw changed();
  return readInputs(JSON.parse(textOf(data)));
}

const noOrchestrator = (): Refusal =>
  new Refusal('NO_ORCHESTRATOR', 'nobody gives the inputs of the job: its orchestrator is away');

const changed = (): Refusal =>
  new Refusal(
    'INPUTS_CHANGED',
    'the parts of the inputs do not make what the job says they are: it was made of other outputs than there are now. It is tried again with a new job.',
  );
