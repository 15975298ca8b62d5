/**
 * The data flow of a step, from the lines of its body: `a, b → c::Type`, chains, and outputs listed as bullets under
 * `→ creates:`. An arrow in a line that is not made of names is prose; with a `::` in it, it is a mistake.
 */

import type { Port } from '../definition.ts';
import { Findings, type Position } from './findings.ts';
import type { DocumentLine } from './lines.ts';
import { ARROW, plainText } from './plain.ts';
import { parsePort, parsePorts } from './ports.ts';

export type PlacedPort = Port & Position;

export interface Flow {
  /** What must come from elsewhere: not what another line of the same step makes. */
  readonly inputs: readonly PlacedPort[];
  readonly outputs: readonly PlacedPort[];
  /** Whether there was any flow line, a broken one included. */
  readonly isThere: boolean;
  readonly findings: Findings;
}

/** `a → b → c`: b stays within the step. */
interface Chain {
  readonly inputs: readonly PlacedPort[];
  readonly inner: readonly PlacedPort[];
  readonly outputs: readonly PlacedPort[];
}

const FORM =
  'on each side of an arrow stand names of data, each a single word, with commas between: order, receipt → label::String';
/** What stands after the last arrow when the outputs are listed below: `creates:` or nothing. */
const LABEL = /^(?:\p{L}+\s*:)?$/u;

/** Of a step's lines that are no branches. */
export function flowOf(lines: readonly DocumentLine[]): Flow {
  const findings = new Findings();
  const chains: Chain[] = [];
  let isBroken = false;
  for (let at = 0; at < lines.length; at++) {
    const first = lines[at];
    if (first === undefined) break;
    const { text, last } = joined(lines, first, at);
    at = last;
    if (!ARROW.test(text)) continue;
    const sides = sidesOf(text);
    if (sides === null) {
      const isMeant = text.includes('::');
      isBroken ||= isMeant;
      if (isMeant) findings.fault(placeOf(first), `this line cannot be read as data flow: ${FORM}`);
      else findings.warn(placeOf(first), `this line has an arrow and is taken for prose: ${FORM}`);
      continue;
    }
    const [inputs = [], ...rest] = sides.map((side) => side.map((port) => ({ ...port, ...placeOf(first) })));
    let outputs = rest.pop() ?? [];
    if (outputs.length === 0) {
      const list = listedBelow(lines, at + 1, findings);
      at = list.last;
      outputs = list.outputs;
      if (outputs.length === 0)
        findings.fault(
          placeOf(first),
          'no outputs: name them after the arrow, or as bullets below this line',
        );
    }
    chains.push({ inputs, inner: rest.flat(), outputs });
  }
  return { ...merged(chains, findings), isThere: isBroken || chains.length > 0, findings };
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

/** Whether a line could be a part of a flow line. */
function isFragment(text: string): boolean {
  return text.split(ARROW).every((side) => {
    const names = side.trim().replace(/^,|,$/g, '');
    return LABEL.test(names) || parsePorts(names) !== null;
  });
}

/** The ports between the arrows, null for prose. Nothing may stand before the first, or after the last. */
function sidesOf(text: string): Port[][] | null {
  const sides = text.split(ARROW).map((side) => plainText(side));
  const ports = sides.map((side, at) => {
    const isLast = at === sides.length - 1;
    if (at === 0 && side === '') return [];
    if (isLast && LABEL.test(side)) return [];
    return parsePorts(isLast ? side.replace(/[.;]$/, '') : side);
  });
  return ports.every((side) => side !== null) ? ports : null;
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
