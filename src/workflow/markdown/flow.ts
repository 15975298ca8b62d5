/**
 * The data flow of a step, from the lines of its body: `a, b → c::Type`, chains, outputs listed as bullets under
 * `→ creates:`, and data for a step: `a → Step Name`. An arrow in a line that is not made of names is prose; with a
 * `::` in it, it is a mistake.
 */

import type { Port } from '../definition.ts';
import { Findings, type Position } from './findings.ts';
import type { DocumentLine } from './lines.ts';
import { stepKey } from './names.ts';
import { turned, withArrows } from './near-arrows.ts';
import { ARROW, plainText } from './plain.ts';
import { listed, parsePort, parsePorts } from './ports.ts';

export type PlacedPort = Port & Position;

export interface Flow {
  /** The inputs from elsewhere, without those that another line of the same step makes. */
  readonly inputs: readonly PlacedPort[];
  readonly outputs: readonly PlacedPort[];
  /** Headings, of more than a word, that data flows to. */
  readonly targets: readonly Target[];
  /** Tells whether there was any flow line, a broken one included. */
  readonly isThere: boolean;
  readonly findings: Findings;
  /** Lines that would be data flow but for their arrows: told whether it is a step or not. */
  readonly nearMisses: Findings;
}

export interface Target extends Position {
  readonly name: string;
}

/** `stepKey` of the headings a document has. */
export type HeadingKeys = ReadonlySet<string>;

/** `a → b → c`: b stays within the step. */
interface Chain {
  readonly inputs: readonly PlacedPort[];
  readonly inner: readonly PlacedPort[];
  readonly outputs: readonly PlacedPort[];
}

interface Sides {
  readonly ports: readonly (readonly Port[])[];
  readonly targets: readonly string[];
}

const FORM =
  'on each side of an arrow stand names of data, each a single word, with commas between: order, receipt → label::String';
/** The text after the last arrow when the outputs are listed below: `creates:` or nothing. */
const LABEL = /^(?:\p{L}+\s*:)?$/u;
/** Words that may stand before the names: `Takes order → creates label`. */
const TAKES =
  /^(?:takes?|uses?|reads?|needs?|requires?|consumes?|receives?|given|inputs?)(?:\s*:\s*|\s+)(?=[\p{L}_])/iu;
const MAKES =
  /^(?:creates?|makes?|produces?|returns?|gives?|yields?|writes?|outputs?)(?:\s*:\s*|\s+)(?=[\p{L}_])/iu;
/** Nothing longer is a name. */
const MAX_TARGET = 300;

/** Reads the flow from a step's lines that are no branches. */
export function flowOf(lines: readonly DocumentLine[], headings: HeadingKeys = new Set()): Flow {
  const findings = new Findings();
  const nearMisses = new Findings();
  const chains: Chain[] = [];
  const targets: Target[] = [];
  let isBroken = false;
  for (let at = 0; at < lines.length; at++) {
    const first = lines[at];
    if (first === undefined) break;
    const { text, last } = joined(lines, first, at);
    at = last;
    const sides = ARROW.test(text) ? sidesOf(text, headings) : null;
    if (sides === null) {
      const place = placeOf(first);
      const near = nearMissOf(text, headings);
      const isMeant = ARROW.test(text) && text.includes('::');
      isBroken ||= isMeant;
      if (isMeant) findings.fault(place, near ?? `this line cannot be read as data flow: ${FORM}`);
      else if (near !== null) nearMisses.warn(place, near);
      else if (ARROW.test(text))
        findings.warn(place, `this line has an arrow and is taken for prose: ${FORM}`);
      continue;
    }
    const [inputs = [], ...rest] = sides.ports.map((side) =>
      side.map((port) => ({ ...port, ...placeOf(first) })),
    );
    targets.push(...sides.targets.map((name) => ({ name, ...placeOf(first) })));
    let outputs = rest.pop() ?? [];
    if (outputs.length === 0 && sides.targets.length === 0) {
      const list = listedBelow(lines, at + 1, findings);
      at = list.last;
      outputs = list.outputs;
      if (outputs.length === 0)
        findings.fault(
          placeOf(first),
          'no outputs: name them after the arrow, or as bullets below this line',
        );
    }
    // The part of the chain before a step makes its inputs.
    if (outputs.length === 0) outputs = rest.pop() ?? [];
    chains.push({ inputs, inner: rest.flat(), outputs });
  }
  const isThere = isBroken || chains.length > 0;
  return { ...merged(chains, findings), targets, isThere, findings, nearMisses };
}

const placeOf = ({ number: line, column }: DocumentLine): Position => ({ line, column });

/** A line with those that go on with it: after a comma or an arrow at its end, or before an arrow at their beginning. */
function joined(
  lines: readonly DocumentLine[],
  first: DocumentLine,
  at: number,
): { text: string; last: number } {
  const texts = [first.text];
  let last = at;
  for (let previous = first; ; last++) {
    const next = lines[last + 1];
    if (next === undefined || next.bullet || next.number !== previous.number + 1) break;
    if (!/(?:,|→|->)$/.test(previous.text) && !/^(?:→|->)/.test(next.text)) break;
    if (!isFragment(previous.text) || !isFragment(next.text)) break;
    texts.push(next.text);
    previous = next;
  }
  return { text: texts.join(' '), last };
}

/** Tells whether a line could be a part of a flow line. */
function isFragment(text: string): boolean {
  return text.split(ARROW).every((side) => {
    const names = side.trim().replace(/^,|,$/g, '').replace(TAKES, '').replace(MAKES, '');
    return LABEL.test(names) || parsePorts(names) !== null;
  });
}

/** The ports between the arrows, null for prose. Nothing may stand before the first, or after the last. */
function sidesOf(text: string, headings: HeadingKeys): Sides | null {
  const sides = text.split(ARROW).map((side) => plainText(side));
  const targets: string[] = [];
  const ports = sides.map((side, at) => {
    if (at === 0) return side === '' ? [] : parsePorts(side.replace(TAKES, ''));
    if (at < sides.length - 1) return parsePorts(side);
    if (LABEL.test(side)) return [];
    const last = side.replace(/[.;]$/, '');
    return parsePorts(last.replace(MAKES, '')) ?? targetsIn(last, headings, targets);
  });
  return ports.every((side) => side !== null) ? { ports, targets } : null;
}

/** The names of steps among what data flows to are put into `targets`; null when something is neither name nor step. */
function targetsIn(side: string, headings: HeadingKeys, targets: string[]): Port[] | null {
  if (side.length > MAX_TARGET) return null;
  const isTarget = (text: string): boolean => /\s/.test(text) && headings.has(stepKey(text));
  const parts = isTarget(side) ? [side] : listed(side).map((part) => part.trim());
  const ports: Port[] = [];
  for (const part of parts) {
    const port = parsePort(part);
    if (port !== null) ports.push(port);
    else if (isTarget(part)) targets.push(part);
    else return null;
  }
  return ports;
}

/** Returns the warning for a line that would be data flow with other arrows, or null. */
function nearMissOf(text: string, headings: HeadingKeys): string | null {
  const near = withArrows(text);
  if (near !== null && isFlow(near.text, headings))
    return `${near.signs.map((sign) => `"${sign}"`).join(' and ')} is no arrow of a data flow, so this line says nothing; write → or ->`;
  const back = near === null && !ARROW.test(text) ? turned(text) : null;
  if (back !== null && isFlow(back.text, headings))
    return `data flows from left to right, so this line says nothing; write "${plainText(back.text)}" for "${back.sign}"`;
  return null;
}

/** With something on both sides. */
export function isFlow(text: string, headings: HeadingKeys): boolean {
  if (!ARROW.test(text)) return false;
  const sides = sidesOf(text, headings);
  return sides !== null && (sides.ports[0]?.length ?? 0) > 0;
}

/** Outputs as bullets, each with words about it or none: `- invoice::Invoice — sent to the customer`. */
function listedBelow(
  lines: readonly DocumentLine[],
  from: number,
  findings: Findings,
): { outputs: PlacedPort[]; last: number } {
  const outputs: PlacedPort[] = [];
  let at = from;
  for (let line = lines[at]; line !== undefined; line = lines[++at]) {
    const goesOn = !line.bullet && outputs.length > 0 && line.number === (lines[at - 1]?.number ?? 0) + 1;
    if (ARROW.test(line.text) || !(line.bullet || goesOn)) break;
    if (goesOn) continue;
    const [name = ''] = plainText(line.text).split(/\s(?:[—–-]|\()|(?<!:):(?!:)|[.;]$/);
    const port = parsePort(name);
    if (port !== null) outputs.push({ ...port, ...placeOf(line) });
    else
      findings.fault(
        placeOf(line),
        'an output is a single word, with a type or without: invoice::Invoice — the rest',
      );
  }
  return { outputs, last: at - 1 };
}

function merged(chains: readonly Chain[], findings: Findings): Pick<Flow, 'inputs' | 'outputs'> {
  const outputs = unique(
    chains.flatMap((chain) => chain.outputs),
    findings,
  );
  const makers = new Map<string, number>();
  for (const { inner, outputs: made } of chains) {
    for (const name of new Set([...inner, ...made].map((port) => port.name)))
      makers.set(name, (makers.get(name) ?? 0) + 1);
  }
  const inputs = chains.flatMap(({ inputs: needed, inner, outputs: made }) => {
    const own = new Set([...inner, ...made].map((port) => port.name));
    return needed.filter(({ name }) => (makers.get(name) ?? 0) === (own.has(name) ? 1 : 0));
  });
  return { inputs: unique(inputs, findings), outputs };
}

/** One port a name, with the type that was given anywhere. */
function unique(ports: readonly PlacedPort[], findings: Findings): PlacedPort[] {
  const byName = new Map<string, PlacedPort>();
  for (const port of ports) {
    const known = byName.get(port.name);
    if (known === undefined || known.type === null)
      byName.set(port.name, { ...port, ...(known && { line: known.line, column: known.column }) });
    else if (port.type !== null && port.type !== known.type)
      findings.warn(port, `${port.name} is a ${port.type} here and a ${known.type} on line ${known.line}`);
  }
  return [...byName.values()];
}
