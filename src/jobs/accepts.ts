/**
 * Every job lists what this orchestrator takes beyond the first version of the protocol. It refuses an outcome
 * that says more than it knows, so a worker says only what its job accepts.
 */

import { EXTRA_ERROR_FIELDS } from '../worker/job.ts';

/**
 * `worker`: heartbeats with the name of the worker, the number of the delivery, and that a job was given back.
 * `upload`: outcomes that are too large for a message, in parts. The others are fields of an error.
 */
export const ACCEPTS: readonly string[] = ['worker', 'upload', ...EXTRA_ERROR_FIELDS];
