import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, type AnyStateNode, createMachine, type MachineConfig } from 'xstate';
import { getStateNodes } from 'xstate/graph';
import { stepMachine, taskMachine } from '../../machines/index.ts';
import { type MachineFormat, machineDiagram, machineNames } from '../../src/diagrams/machines.ts';

const MACHINES: Readonly<Record<string, AnyStateMachine>> = { step: stepMachine, task: taskMachine };

const pathsOf = (machine: AnyStateMachine): string[] =>
  getStateNodes(machine).map((node: AnyStateNode) => node.path.join('_'));

function draw(name: string, format: MachineFormat): string {
  const text = machineDiagram(name, format);
  if (text === null) throw new Error(`no diagram of ${name}`);
  return text;
}

/** `state "queued" as pending_queued {`, `a --> b : label`, `[*] --> a`, `a --> [*]`, `}`; nothing else. */
const MERMAID_STATE = /^ +state "(\w+)" as (\w+)( \{)?$/;
const MERMAID_EDGE = /^ +(\[\*\]|\w+) --> (\[\*\]|\w+)( : .+)?$/;
const DOT_STATE = /^ {2}(\w+) \[label="([\w.]+)"(, peripheries=2)?\];$/;
const DOT_EDGE = /^ {2}(\w+) -> (\w+) \[label="[^"]+"\];$/;

it('there is a diagram of the step, of the wait and of the task, and of nothing else', () => {
  expect(machineNames).toEqual(['step', 'wait', 'task']);
  for (const name of ['nothing', 'constructor', '']) expect(machineDiagram(name, 'json')).toBeNull();
});

describe.each(Object.entries(MACHINES))('the %s machine', (name, machine) => {
  it('as JSON is a config that XState takes, with the same states and events', () => {
    const config = JSON.parse(draw(name, 'json')) as MachineConfig<object, { type: string }>;
    const again = createMachine(config);
    expect(again.id).toBe(name);
    expect(pathsOf(again)).toEqual(pathsOf(machine));
    expect([...again.events].sort()).toEqual([...machine.events].sort());
  });

  it('as JSON names every guard, action and delay that its transitions use', () => {
    const json = draw(name, 'json');
    for (const kind of ['guards', 'delays'] as const) {
      for (const of of Object.keys(machine.implementations[kind])) expect(json).toContain(`"${of}"`);
    }
    for (const action of Object.keys(machine.implementations.actions)) expect(json).toContain(`"${action}"`);
  });

  it('in Mermaid declares every state once, in its parent, and draws edges between declared states', () => {
    const [first, ...lines] = draw(name, 'mermaid').trimEnd().split('\n');
    expect(first).toBe('stateDiagram-v2');
    const declared: string[] = [];
    const ends: string[] = [];
    const open: string[] = [];
    for (const line of lines) {
      const state = MERMAID_STATE.exec(line);
      const edge = MERMAID_EDGE.exec(line);
      if (state !== null) {
        const [, key = '', id = '', nests] = state;
        expect(id).toBe([...open, key].join('_'));
        declared.push(id);
        if (nests !== undefined) open.push(key);
      } else if (edge !== null) {
        ends.push(...edge.slice(1, 3).filter((end) => end !== '[*]'));
      } else {
        expect(line.trim()).toBe('}');
        open.pop();
      }
    }
    expect(open).toEqual([]);
    expect(declared.sort()).toEqual(pathsOf(machine).sort());
    expect(ends.filter((end) => !declared.includes(end))).toEqual([]);
    expect(declared.filter((id) => !ends.includes(id))).toEqual([]);
  });

  it('in DOT declares every state, ends with a double border, and draws edges between declared states', () => {
    const lines = draw(name, 'dot').trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      `digraph ${name} {`,
      '  rankdir=LR;',
      '  node [shape=box, style=rounded];',
    ]);
    expect(lines.at(-1)).toBe('}');
    const body = lines.slice(3, -1);
    const states = body.flatMap((line) => (DOT_STATE.exec(line) === null ? [] : [DOT_STATE.exec(line)]));
    const edges = body.flatMap((line) => (DOT_EDGE.exec(line) === null ? [] : [DOT_EDGE.exec(line)]));
    expect(states.length + edges.length).toBe(body.length);
    expect(states.map((state) => state?.[1]).sort()).toEqual(pathsOf(machine).sort());
    expect(states.filter((state) => state?.[3] !== undefined).map((state) => state?.[1])).toEqual(
      getStateNodes(machine)
        .filter(({ type }: AnyStateNode) => type === 'final')
        .map(({ key }: AnyStateNode) => key),
    );
    const ends = edges.flatMap((edge) => [edge?.[1], edge?.[2]]);
    expect(ends.filter((end) => !pathsOf(machine).includes(end ?? ''))).toEqual([]);
  });

  it('draws one edge for every pair of states that a transition connects', () => {
    const pairs = new Set<string>();
    for (const node of getStateNodes(machine) as AnyStateNode[]) {
      for (const { target } of [...node.transitions.values()].flat().concat(node.always ?? [])) {
        for (const to of target ?? []) pairs.add(`${node.path.join('_')} --> ${to.path.join('_')}`);
      }
    }
    const drawn = draw(name, 'mermaid')
      .split('\n')
      .filter((line) => line.includes('-->') && !line.includes('[*]'))
      .map((line) => line.trim().split(' : ')[0]);
    expect(drawn.sort()).toEqual([...pairs].sort());
  });
});

describe('the labels', () => {
  it('name timers as a reader would, with their guards', () => {
    const step = draw('step', 'mermaid');
    expect(step).toContain('retrying_backoff --> retrying_held : after backoff [isHeld]');
    expect(step).not.toContain('xstate.');
    expect(draw('task', 'mermaid')).toContain('running --> complete : [allEnded]');
  });
});
