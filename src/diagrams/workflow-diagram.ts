/**
 * A workflow's DAG as text that other tools draw: Mermaid or DOT, coloured by the states of a task if given. What a
 * condition asks is written on its edges, a failure handler hangs on a node of its own, for it depends on no step, and a
 * compensation is dashed, with an arrow back to its step.
 */

import type { CompiledWorkflow, StepDefinition } from '../workflow/definition.ts';
import { failureHandler } from '../workflow/steps/failure-handler.ts';
import { workName } from '../workflow/steps/index.ts';
import { questionOf } from './condition-text.ts';

export type DiagramFormat = 'mermaid' | 'dot';

export const COLOURS: Readonly<Record<string, string>> = {
  pending: '#d4d4d8',
  running: '#93c5fd',
  retrying: '#fcd34d',
  waiting: '#c4b5fd',
  complete: '#86efac',
  failed: '#fca5a5',
  cancelled: '#a1a1aa',
  skipped: '#e5e7eb',
};

interface Node {
  readonly id: string;
  readonly label: string;
  readonly status: string | undefined;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string | null;
}

interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** Failure handlers. */
  readonly onFailure: readonly string[];
  readonly compensations: readonly Compensation[];
}

interface Compensation {
  readonly node: Node;
  /** The step that it takes back. */
  readonly of: string;
  /** Compensations that run before it. */
  readonly after: readonly string[];
}

const FAILURE = { id: 'failure', label: failureHandler.label() };

/** `statuses` has the state of each step, by index, those of compensations last; without it the graph is plain. */
export function workflowDiagram(
  workflow: CompiledWorkflow,
  format: DiagramFormat,
  statuses?: readonly string[],
): string {
  const graph = graphOf(workflow, statuses);
  return format === 'mermaid' ? mermaid(graph, statuses !== undefined) : dot(graph);
}

function graphOf(workflow: CompiledWorkflow, statuses: readonly string[] = []): Graph {
  const { definition, dependencies } = workflow;
  const { name, steps } = definition;
  const idOf = (index: number): string => `s${index}`;
  const nodeOf = (step: StepDefinition, index: number): Node => ({
    id: idOf(index),
    label: `${step.name}${step.critical ? ' !' : ''}${step.optional ? ' ?' : ''}${ownWork(step)}`,
    status: statuses[index],
  });
  return {
    name,
    nodes: steps.map(nodeOf),
    edges: steps.flatMap((step, index) => {
      const asked = questionOf(step);
      return (dependencies[index] ?? []).map((on) => ({
        from: idOf(on),
        to: idOf(index),
        label: asked?.from.has(steps[on]?.name ?? '') === true ? asked.text : null,
      }));
    }),
    onFailure: steps.flatMap(({ failuresAs }, index) => (failuresAs === undefined ? [] : [idOf(index)])),
    compensations: [...workflow.compensations].flatMap(([index, of]) => {
      const step = workflow.steps[index];
      if (step === undefined) return [];
      return [{ node: nodeOf(step, index), of: idOf(of), after: (dependencies[index] ?? []).map(idOf) }];
    }),
  };
}

/** Names the work that Troupe does itself; a handler's name is for who asks. */
function ownWork(step: StepDefinition): string {
  const work = workName(step);
  return work === step.handler ? '' : ` (${work})`;
}

function mermaid({ nodes, edges, onFailure, compensations }: Graph, isColoured: boolean): string {
  const lines = ['graph TD'];
  for (const { id, label, status } of [...nodes, ...compensations.map(({ node }) => node)]) {
    lines.push(`  ${id}["${mermaidText(label)}"]${status === undefined ? '' : `:::${status}`}`);
  }
  for (const { from, to, label } of edges) {
    lines.push(`  ${from} -->${label === null ? '' : `|"${mermaidText(label)}"|`} ${to}`);
  }
  if (onFailure.length > 0) lines.push(`  ${FAILURE.id}(["${FAILURE.label}"])`);
  for (const handler of onFailure) lines.push(`  ${FAILURE.id} -.-> ${handler}`);
  // Mermaid would pull them apart by lines for their order, which is that of their steps turned round.
  for (const { node, of } of compensations) lines.push(`  ${node.id} -.-> ${of}`);
  for (const { node } of compensations) lines.push(`  style ${node.id} stroke-dasharray:5 4`);
  if (isColoured) {
    for (const [status, colour] of Object.entries(COLOURS))
      lines.push(`  classDef ${status} fill:${colour},color:#111`);
  }
  return `${lines.join('\n')}\n`;
}

/** Mermaid reads entities, so every character it could take for its own is written as one. */
const mermaidText = (text: string): string =>
  text.replace(/[^\p{L}\p{N} _.,:-]/gu, (c) => `#${c.codePointAt(0)};`);

function dot({ name, nodes, edges, onFailure, compensations }: Graph): string {
  const lines = [`digraph ${quoted(name)} {`, '  node [shape=box, style="rounded,filled", fillcolor=white];'];
  for (const node of nodes) lines.push(dotNode(node));
  for (const { from, to, label } of edges) {
    lines.push(`  ${from} -> ${to}${label === null ? '' : ` [label=${quoted(label)}]`};`);
  }
  if (onFailure.length > 0) lines.push(`  ${FAILURE.id} [label=${quoted(FAILURE.label)}, shape=plaintext];`);
  // They run last; edges that nobody sees keep them below all others.
  const before = new Set(edges.map(({ from }) => from));
  const ends = nodes.filter(({ id }) => !before.has(id) && !onFailure.includes(id));
  if (onFailure.length > 0) for (const { id } of ends) lines.push(`  ${id} -> ${FAILURE.id} [style=invis];`);
  for (const handler of onFailure) lines.push(`  ${FAILURE.id} -> ${handler} [style=dashed];`);
  for (const { node, of, after } of compensations) {
    lines.push(dotNode(node, ', style="rounded,filled,dashed"'), `  { rank=same; ${of}; ${node.id}; }`);
    lines.push(`  ${node.id} -> ${of} [style=dashed];`);
    for (const before of after)
      lines.push(`  ${before} -> ${node.id} [style=dotted, color=gray, constraint=false];`);
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

function dotNode({ id, label, status }: Node, style = ''): string {
  const colour = status === undefined ? '' : `, fillcolor="${COLOURS[status] ?? 'white'}"`;
  return `  ${id} [label=${quoted(label)}${colour}${style}];`;
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
