/**
 * Reads a workflow that somebody sends while the process has other things to do: a long one in a thread of its own,
 * whose memory is bounded, so that nothing else waits for it and nothing else ends with it.
 */

import { type Fault, Refusal } from '../errors.ts';
import type { WorkflowDefinition } from './definition.ts';
import { type FileOptions, loadWorkflow } from './file.ts';
import type { FileFormat } from './file-format.ts';
import { loadJsonWorkflow } from './from-json.ts';
import { startThread } from './start-thread.ts';

export interface LoadRequest {
  readonly text: string;
  readonly format: FileFormat | 'json';
  /** The options for files. */
  readonly options: FileOptions;
}

export type Answer =
  | { readonly definition: WorkflowDefinition }
  | { readonly refused: Pick<Refusal, 'code' | 'message'> & { readonly faults: readonly Fault[] } };

/** Shorter ones are read sooner than a thread starts. */
const LONG = 64 * 1024;
const MOST_MEMORY_MB = 1_536;

export const isLong = (text: string): boolean => text.length > LONG;

let last: Promise<unknown> = Promise.resolve();

/** Refuses as `loadWorkflow` does, and with WORKFLOW_TOO_COMPLEX. One at a time, since each may take much memory. */
export async function loadAside(request: LoadRequest): Promise<WorkflowDefinition> {
  const { text, format, options } = request;
  if (!isLong(text)) return format === 'json' ? loadJsonWorkflow(text) : loadWorkflow(text, format, options);
  const before = last;
  const read = before.then(() => inThread(request));
  last = read.catch(() => undefined);
  const answer = await read;
  if ('definition' in answer) return answer.definition;
  const { code, message, faults } = answer.refused;
  throw new Refusal(code, message, { faults });
}

function inThread(request: LoadRequest): Promise<Answer> {
  const worker = startThread(import.meta.url, 'thread', request, { maxOldGenerationSizeMb: MOST_MEMORY_MB });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooComplex(error) : error);
    });
    worker.once('exit', (code) => reject(new Error(`the thread that reads workflows ended with ${code}`)));
  });
}

function tooComplex(cause: unknown): Refusal {
  const message = `the workflow takes more than ${MOST_MEMORY_MB} MB to read: send it as JSON, which takes less, or make several of it`;
  return new Refusal('WORKFLOW_TOO_COMPLEX', message, { cause });
}
