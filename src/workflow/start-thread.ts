/** Starts threads of this program, from its sources and built alike. */

import { extname } from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';

/** A thread does not compile what it starts with, so it starts with this. */
const START = `
  const { entry, compiler } = require('node:worker_threads').workerData;
  if (compiler === null) void import(entry);
  else void import(compiler).then(({ tsImport }) => tsImport(entry, entry));
`;

/** A thread finds this as its `workerData`. */
export interface ThreadData<Given> {
  readonly given: Given;
}

/** `beside`: the module of the caller, whose neighbour `name` is what runs. */
export function startThread<Given>(
  beside: string,
  name: string,
  given: Given,
  resourceLimits: ResourceLimits = {},
): Worker {
  const ending = extname(beside);
  const compiler = ending === '.ts' ? import.meta.resolve('tsx/esm/api') : null;
  const entry = new URL(`./${name}${ending}`, beside).href;
  return new Worker(START, { eval: true, workerData: { entry, compiler, given }, resourceLimits });
}
