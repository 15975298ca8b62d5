/**
 * Reads the payloads of a run. They are one JSON object, an array of them, or one a line; each makes a task. All
 * faults are told at once, by line, before anything starts.
 */

import { readFileSync } from 'node:fs';
import { Refusal, reasonOf } from '../../errors.ts';
import type { CompiledWorkflow } from '../../workflow/definition.ts';
import { validatePayload } from '../../workflow/payload.ts';
import { parseJson } from '../../workflow/strict-json.ts';
import { parseTaskRequest, type TaskRequest } from '../../workflow/task-request.ts';
import { Failure } from '../failure.ts';

/** The input of one task, and its place for the author: `line 3`, or nothing if it is alone. */
interface Given {
  readonly place: string;
  /** JSON not looked at yet, or why it cannot be taken. */
  readonly payload: unknown;
  readonly problem?: string;
  /** It is no JSON at all, so that it may be lines of it. */
  readonly isNoJson?: true;
}

/** A file can be broken in every line; the first ones tell the story. */
const MOST_TOLD = 20;

/** Without an argument, one task with an empty payload. Throws a Failure (exit 2) that names each bad line. */
export function inputsOf(argument: string | undefined, workflow: CompiledWorkflow): TaskRequest[] {
  const given = argument === undefined ? [{ place: '', payload: {} }] : read(argument);
  const requests: TaskRequest[] = [];
  const problems: string[] = [];
  for (const each of given) {
    const request = requestOf(each, workflow);
    if (Array.isArray(request)) problems.push(...request);
    else requests.push(request);
  }
  if (problems.length > 0) {
    const more = problems.length - MOST_TOLD;
    const told = [...problems.slice(0, MOST_TOLD), ...(more > 0 ? [`and ${more} more`] : [])];
    throw new Failure('the input cannot be used; nothing was started', {
      exitCode: 2,
      notes: told.map((problem) => `  ${problem}`),
    });
  }
  if (requests.length > 0) return requests;
  throw new Failure('--input holds no payload: give a JSON object, or one a line', { exitCode: 2 });
}

function read(argument: string): Given[] {
  const text = textOf(argument).replace(/^\uFEFF/, '');
  if (/\.(jsonl|ndjson)$/i.test(argument)) return readLines(text);
  const whole = parse('', text);
  // Standard input and the command line do not say what they are: more than one line may be one payload each.
  const isLines = whole.isNoJson === true && !/\.json$/i.test(argument) && text.trim().includes('\n');
  if (isLines) return readLines(text);
  if (!Array.isArray(whole.payload)) return [whole];
  return whole.payload.map((payload, index) => ({ place: `entry ${index + 1}: `, payload }));
}

const readLines = (text: string): Given[] =>
  text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : parse(`line ${index + 1}: `, line)));

function parse(place: string, text: string): Given {
  try {
    return { place, payload: parseJson(text, '--input') };
  } catch (error) {
    if (error instanceof Refusal) return { place, payload: null, problem: faultsText(error) };
    return { place, payload: null, problem: `it is not JSON: ${reasonOf(error)}`, isNoJson: true };
  }
}

/** The task, or everything wrong with it. */
function requestOf({ place, payload, problem }: Given, workflow: CompiledWorkflow): TaskRequest | string[] {
  if (problem !== undefined) return [place + problem];
  const { name, version } = workflow.definition;
  try {
    const request = parseTaskRequest({ name, payload, workflowVersion: version });
    return { ...request, payload: validatePayload(workflow, request.payload) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.faults.map(({ pointer, message }) => `${place}${pointer} ${message}`);
  }
}

function textOf(argument: string): string {
  if (argument !== '-' && !argument.startsWith('@')) return argument;
  const file = argument === '-' ? process.stdin.fd : argument.slice(1);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const what = argument === '-' ? 'standard input' : file;
    throw new Failure(`--input: cannot read ${what}: ${reasonOf(cause)}`, { exitCode: 2, cause });
  }
}

const faultsText = ({ faults }: Refusal): string =>
  faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
