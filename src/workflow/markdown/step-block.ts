/**
 * The block of a step: YAML between ```step and ```, with the keys that a step has in a YAML workflow. They say what no
 * heading or flow line says; what both say is a fault, and so is what neither knows.
 */

import type { z } from 'zod';
import { isJsonObject } from '../fields.ts';
import { keyFaults } from '../json/cross-check.ts';
import { dependencyNames } from '../json/spellings.ts';
import { stepField } from '../json/step-schema.ts';
import type { Variables } from '../json/variables.ts';
import { problemsOf } from '../parse.ts';
import { WORK_KEYS } from '../steps/index.ts';
import { LineStarts } from '../yaml/line-starts.ts';
import { type ReadYaml, readYaml } from '../yaml/read.ts';
import { inFile } from '../yaml/wording.ts';
import type { Findings, Position } from './findings.ts';
import type { Heading } from './heading.ts';
import { phaseOf } from './names.ts';
import type { CodeBlock } from './sections.ts';

/** The language of the block. */
export const STEP_LANG = 'step';

type Keys = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];

export interface StepBlock {
  /** Null when something is wrong with it, which the findings tell. */
  readonly step: z.output<typeof stepField> | null;
  /** The steps it is to come after, as they are written, each with where it stands in the block. */
  readonly dependsOn: readonly { readonly name: string; readonly path: Path }[];
  has(key: string): boolean;
  /** Where a key or a part of it stands; of one that is not there, where the block begins. */
  placeOf(path: Path, ofKey?: boolean): Position;
}

/** `document` is the whole text; `heading` that of the step. Null, and a finding, for what holds no keys. */
export function stepBlockOf(
  document: string,
  block: CodeBlock,
  heading: Heading,
  variables: Variables | null,
  findings: Findings,
): StepBlock | null {
  // For YAML, unlike Markdown, a carriage return alone ends no line.
  const text = document.slice(block.start, block.end).replace(/\r(?!\n)/g, '\n');
  const lines = new LineStarts(text, block.line + 1);
  const read = readYaml(text, variables, lines, { isStep: true });
  const { document: keys, places, faults, isReadable } = read;
  for (const { offset, message } of faults) findings.fault(lines.positionOf(offset), message);
  if (!isReadable) return null;
  const start = { line: block.line, column: 1 };
  if (!isJsonObject(keys) || Object.keys(keys).length === 0) {
    findings.fault(
      start,
      'holds keys of the step, such as "timeout: 30s"; write one, or leave the block out',
    );
    return null;
  }
  const has = (key: string): boolean => Object.hasOwn(keys, key);
  const placeOf = (path: Path, ofKey = false): Position =>
    has(String(path[0])) ? lines.positionOf(places.find(keys, path.map(String), ofKey)) : start;
  const step = checked(keys, heading, read, (path, message, ofKey) =>
    findings.fault(placeOf(path, ofKey), message),
  );
  return { step, dependsOn: dependencyNames(keys), has, placeOf };
}

/** The step as its heading and its keys say, without the name of another; null when something was told. */
function checked(
  keys: Keys,
  heading: Heading,
  { places, unfilled, faults }: ReadYaml,
  told: (path: Path, message: string, ofKey: boolean) => void,
): StepBlock['step'] {
  let isSound = faults.length === 0;
  // A value that could not be read is told of already.
  const known = new Set([...faults.map(({ offset }) => offset), ...unfilled]);
  const tell = (path: Path, message: string, ofKey = false): void => {
    isSound = false;
    if (!known.has(places.find(keys, path.map(String), ofKey))) told(path, message, ofKey);
  };
  for (const [key, message] of saidTwice(keys, heading)) tell([key], message, true);
  const whole = withHeading(keys, heading);
  const { success, data, error } = stepField.safeParse(whole);
  for (const { path, message, ofKey } of success ? [] : problemsOf(error)) {
    // Faults of the heading are told of there.
    if (Object.hasOwn(keys, path[0] ?? '')) tell(path, inFile(path, message), ofKey);
  }
  keyFaults(whole, tell);
  if (typeof keys['backoff'] === 'string')
    tell(
      ['backoff'],
      'a runbook has no retry_strategies to choose from: write { strategy, base, max, jitter }',
    );
  return success && isSound ? data : null;
}

/** Keys that say what the heading says. */
function saidTwice(
  keys: Keys,
  { agent, channel, critical, optional }: Heading,
): [key: string, message: string][] {
  const marks = {
    agent: agent === null ? null : `@${agent}`,
    channel: channel === null ? null : `#${channel}`,
    critical: critical ? '!' : null,
    optional: optional ? '?' : null,
  };
  const twice = Object.entries(marks).flatMap(([key, mark]): [string, string][] =>
    mark === null || !Object.hasOwn(keys, key)
      ? []
      : [[key, `the heading says it too, with ${mark}; keep one of them`]],
  );
  const name: [string, string] = ['name', 'the heading is the name of the step: leave it out'];
  return Object.hasOwn(keys, 'name') ? [name, ...twice] : twice;
}

function withHeading(keys: Keys, { name, agent, channel, critical, optional }: Heading): Keys {
  const isDone = WORK_KEYS.some((key) => keys[key] !== undefined);
  return {
    ...(isDone ? {} : { handler: phaseOf(name) }),
    ...(agent === null ? {} : { agent }),
    ...(channel === null ? {} : { channel }),
    ...(critical ? { critical } : {}),
    ...(optional ? { optional } : {}),
    ...keys,
    name,
  };
}
