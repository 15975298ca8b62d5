/** JSON given to a command: written out, in a file (`@file`) or on standard input (`-`). */

import { readFileSync } from 'node:fs';
import { Refusal, reasonOf } from '../errors.ts';
import { parseJson } from '../workflow/strict-json.ts';
import { Failure } from './failure.ts';

export function jsonArgument(option: string, argument: string): unknown {
  const text = textOf(option, argument);
  try {
    return parseJson(text, option);
  } catch (cause) {
    if (cause instanceof Refusal) throw notKeptBy(option, cause);
    const why = reasonOf(cause);
    const message = `${option} is not JSON: ${why}. Give JSON, @FILE, or - for standard input.`;
    throw new Failure(message, { exitCode: 2, cause });
  }
}

/** Tells which values of a JSON argument would be changed, a line each. */
function notKeptBy(option: string, refusal: Refusal): Failure {
  const notes = refusal.faults.map(({ pointer, message }) => `  ${pointer}: ${message}`);
  return new Failure(`${option} cannot be used as it stands (${refusal.code})`, {
    exitCode: 2,
    notes,
    cause: refusal,
  });
}

function textOf(option: string, argument: string): string {
  if (argument !== '-' && !argument.startsWith('@')) return argument;
  const file = argument === '-' ? process.stdin.fd : argument.slice(1);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = reasonOf(cause);
    throw new Failure(`${option}: cannot read ${argument === '-' ? 'standard input' : file}: ${why}`, {
      exitCode: 2,
      cause,
    });
  }
}
