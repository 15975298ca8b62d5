/** A statechart as lines of text: each state under the one it is in, and under it where its events lead. */

import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { labelOf, machineNamed, machineTransitions } from './machines.ts';

/** null when there is no such machine. */
export function machineOutline(kind: string): string | null {
  const machine = machineNamed(kind);
  if (machine === null) return null;
  const ways = waysOf(machine);
  const lines: string[] = [kind];
  const write = (node: AnyStateNode, indent: string): void => {
    for (const child of Object.values(node.states) as AnyStateNode[]) {
      const marks = [
        ...(node.initial?.target?.[0] === child ? ['first'] : []),
        ...(child.type === 'final' ? ['end'] : []),
      ];
      lines.push(`${indent}${child.key}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`);
      for (const [to, labels] of ways.get(child) ?? [])
        lines.push(`${indent}  ${[...labels].join(', ')} → ${to}`);
      write(child, `${indent}  `);
    }
  };
  write(machine.root, '  ');
  return lines.join('\n');
}

/** Maps each state to the states it leads to, and the events that lead there. */
function waysOf(machine: AnyStateMachine): Map<AnyStateNode, Map<string, Set<string>>> {
  const ways = new Map<AnyStateNode, Map<string, Set<string>>>();
  for (const { from, to, event, guard } of machineTransitions(machine)) {
    const targets = ways.get(from) ?? new Map<string, Set<string>>();
    ways.set(from, targets);
    const path = to.path.join('.');
    targets.set(path, (targets.get(path) ?? new Set()).add(labelOf(event, guard)));
  }
  return ways;
}
