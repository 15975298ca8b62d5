/** The thread of `aside.ts`: one text to a definition, or to why it is none. */

import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '../errors.ts';
import type { Answer, LoadRequest } from './aside.ts';
import { loadWorkflow } from './file.ts';
import { loadJsonWorkflow } from './from-json.ts';
import type { ThreadData } from './start-thread.ts';

const { text, format, options } = (workerData as ThreadData<LoadRequest>).given;

function answer(): Answer {
  try {
    const definition = format === 'json' ? loadJsonWorkflow(text) : loadWorkflow(text, format, options);
    return { definition };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, faults } = error;
    return { refused: { code, message, faults } };
  }
}

parentPort?.postMessage(answer());
