/** The statecharts, drawn from the machines that run: as XState JSON config, Mermaid or DOT. */
import { stepMachine, taskMachine } from "../../machines/index.js";
const MACHINES = { step: stepMachine, task: taskMachine };
export const machineNames = Object.keys(MACHINES);
/** null when there is no such machine. */
export function machineDiagram(kind, format) {
    const machine = Object.hasOwn(MACHINES, kind) ? MACHINES[kind] : undefined;
    if (machine === undefined)
        return null;
    switch (format) {
        case 'json':
            return machineJson(machine);
        case 'mermaid':
            return machineMermaid(machine);
        case 'dot':
            return machineDot(machine);
    }
}
/** What an editor of statecharts can read: names of guards and actions, no code. */
function machineJson(machine) {
    const data = (_key, value) => (typeof value === 'function' ? undefined : value);
    return JSON.stringify({ ...machine.config, context: undefined }, data, 2);
}
const idOf = (node) => node.path.join('_');
/** XState's timer events are called `after <name>`; transitions without an event need no label but their guard. */
function labelOf(eventType, guard) {
    const timer = /^xstate\.after\.([^.]+)\./.exec(eventType);
    const event = timer === null ? eventType : `after ${timer[1]}`;
    const name = typeof guard === 'string' ? guard : (guard?.type ?? '');
    return [event, name === '' ? '' : `[${name}]`].filter((part) => part !== '').join(' ');
}
/** One edge for every pair of states, with all that leads along it. */
function edgesOf(machine) {
    const labels = new Map();
    for (const node of nodesOf(machine.root)) {
        const transitions = [...node.transitions.entries(), ['', node.always ?? []]];
        for (const [eventType, candidates] of transitions) {
            for (const { target, guard } of candidates) {
                for (const to of target ?? []) {
                    const key = `${idOf(node)} ${idOf(to)}`;
                    const edge = labels.get(key) ?? { from: idOf(node), to: idOf(to), labels: [] };
                    edge.labels.push(labelOf(eventType, guard));
                    labels.set(key, edge);
                }
            }
        }
    }
    return [...labels.values()].map((edge) => ({ from: edge.from, to: edge.to, label: [...new Set(edge.labels)].join(' / ') }));
}
function* nodesOf(node) {
    yield node;
    for (const child of Object.values(node.states))
        yield* nodesOf(child);
}
function machineMermaid(machine) {
    const lines = ['stateDiagram-v2'];
    const write = (node, indent) => {
        for (const child of Object.values(node.states)) {
            const nested = Object.keys(child.states).length > 0;
            if (!nested)
                lines.push(`${indent}state "${child.key}" as ${idOf(child)}`);
            else {
                lines.push(`${indent}state "${child.key}" as ${idOf(child)} {`);
                write(child, `${indent}  `);
                lines.push(`${indent}}`);
            }
        }
        const initial = node.initial?.target?.[0];
        if (initial !== undefined)
            lines.push(`${indent}[*] --> ${idOf(initial)}`);
    };
    write(machine.root, '  ');
    for (const { from, to, label } of edgesOf(machine)) {
        lines.push(`  ${from} --> ${to}${label === '' ? '' : ` : ${label}`}`);
    }
    for (const node of nodesOf(machine.root))
        if (node.type === 'final')
            lines.push(`  ${idOf(node)} --> [*]`);
    return `${lines.join('\n')}\n`;
}
function machineDot(machine) {
    const lines = [`digraph ${machine.id} {`, '  rankdir=LR;', '  node [shape=box, style=rounded];'];
    for (const node of nodesOf(machine.root)) {
        if (node === machine.root)
            continue;
        const shape = node.type === 'final' ? ', peripheries=2' : '';
        lines.push(`  ${idOf(node)} [label="${node.path.join('.')}"${shape}];`);
    }
    for (const { from, to, label } of edgesOf(machine)) {
        lines.push(`  ${from === '' ? machine.id : from} -> ${to} [label="${label}"];`);
    }
    return `${[...lines, '}'].join('\n')}\n`;
}
