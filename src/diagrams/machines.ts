/** The statecharts, drawn from the machines that run: as XState JSON config, Mermaid or DOT. */

import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { stepMachine, taskMachine, waitMachine } from '../../machines/index.ts';

export type MachineFormat = 'json' | 'mermaid' | 'dot';

const MACHINES: Readonly<Record<string, AnyStateMachine>> = {
  step: stepMachine,
  wait: waitMachine,
  task: taskMachine,
};

export const machineNames: readonly string[] = Object.keys(MACHINES);

/** null when there is none of that name. */
export const machineNamed = (kind: string): AnyStateMachine | null =>
  Object.hasOwn(MACHINES, kind) ? (MACHINES[kind] ?? null) : null;

/** null when there is no such machine. */
export function machineDiagram(kind: string, format: MachineFormat): string | null {
  const machine = machineNamed(kind);
  if (machine === null) return null;
  switch (format) {
    case 'json':
      return machineJson(machine);
    case 'mermaid':
      return machineMermaid(machine);
    case 'dot':
      return machineDot(machine);
  }
}

/** Writes JSON for an editor of statecharts: names of guards and actions, no code. */
function machineJson(machine: AnyStateMachine): string {
  const data = (_key: string, value: unknown): unknown => (typeof value === 'function' ? undefined : value);
  return JSON.stringify({ ...machine.config, context: undefined }, data, 2);
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

const idOf = (node: AnyStateNode): string => node.path.join('_');

/** XState's timer events are called `after <name>`; transitions without an event need no label but their guard. */
export function labelOf(eventType: string, guard: string | null): string {
  const timer = /^xstate\.after\.([^.]+)\./.exec(eventType);
  const event = timer === null ? eventType : `after ${timer[1]}`;
  return [event, guard === null ? '' : `[${guard}]`].filter((part) => part !== '').join(' ');
}

interface MachineTransition {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  /** Empty when it needs none. */
  readonly event: string;
  readonly guard: string | null;
}

/** Every transition that leads to a state, in the order a state asks them. */
export function* machineTransitions(machine: AnyStateMachine): Generator<MachineTransition> {
  for (const from of nodesOf(machine.root)) {
    for (const [event, candidates] of [...from.transitions.entries(), ['', from.always ?? []] as const]) {
      for (const { target, guard } of candidates) {
        for (const to of target ?? []) yield { from, to, event, guard: guardName(guard) };
      }
    }
  }
}

const guardName = (guard: unknown): string | null =>
  typeof guard === 'string' ? guard : ((guard as { type?: string } | undefined)?.type ?? null);

/** One edge for every pair of states, with all that leads along it. */
function edgesOf(machine: AnyStateMachine): Edge[] {
  const edges = new Map<string, { from: string; to: string; labels: Set<string> }>();
  for (const { from, to, event, guard } of machineTransitions(machine)) {
    const key = `${idOf(from)} ${idOf(to)}`;
    const edge = edges.get(key) ?? { from: idOf(from), to: idOf(to), labels: new Set() };
    edge.labels.add(labelOf(event, guard));
    edges.set(key, edge);
  }
  return [...edges.values()].map(({ from, to, labels }) => ({ from, to, label: [...labels].join(' / ') }));
}

function* nodesOf(node: AnyStateNode): Generator<AnyStateNode> {
  yield node;
  for (const child of Object.values(node.states) as AnyStateNode[]) yield* nodesOf(child);
}

function machineMermaid(machine: AnyStateMachine): string {
  const lines = ['stateDiagram-v2'];
  const write = (node: AnyStateNode, indent: string): void => {
    for (const child of Object.values(node.states) as AnyStateNode[]) {
      const nested = Object.keys(child.states).length > 0;
      if (!nested) lines.push(`${indent}state "${child.key}" as ${idOf(child)}`);
      else {
        lines.push(`${indent}state "${child.key}" as ${idOf(child)} {`);
        write(child, `${indent}  `);
        lines.push(`${indent}}`);
      }
    }
    const initial = node.initial?.target?.[0];
    if (initial !== undefined) lines.push(`${indent}[*] --> ${idOf(initial as AnyStateNode)}`);
  };
  write(machine.root, '  ');
  for (const { from, to, label } of edgesOf(machine)) {
    lines.push(`  ${from} --> ${to}${label === '' ? '' : ` : ${label}`}`);
  }
  for (const node of nodesOf(machine.root)) if (node.type === 'final') lines.push(`  ${idOf(node)} --> [*]`);
  return `${lines.join('\n')}\n`;
}

function machineDot(machine: AnyStateMachine): string {
  const lines = [`digraph ${machine.id} {`, '  rankdir=LR;', '  node [shape=box, style=rounded];'];
  for (const node of nodesOf(machine.root)) {
    if (node === machine.root) continue;
    const shape = node.type === 'final' ? ', peripheries=2' : '';
    lines.push(`  ${idOf(node)} [label="${node.path.join('.')}"${shape}];`);
  }
  for (const { from, to, label } of edgesOf(machine)) {
    lines.push(`  ${from} -> ${to} [label="${label}"];`);
  }
  return `${[...lines, '}'].join('\n')}\n`;
}
