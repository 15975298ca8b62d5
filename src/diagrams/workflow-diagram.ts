/**
 * A workflow's DAG as text that other tools draw: Mermaid or DOT, coloured by the states of a task if given. What a
 * condition asks is written on its edges, and a failure handler hangs on a node of its own: it depends on no step.
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
}

const FAILURE = { id: 'failure', label: failureHandler.label() };

/** `statuses` has the state of each step, by index; without it the graph is plain. */
export function workflowDiagram(
  workflow: CompiledWorkflow,
  format: DiagramFormat,
  statuses?: readonly string[],
): string {
  const graph = graphOf(workflow, statuses);
  return format === 'mermaid' ? mermaid(graph, statuses !== undefined) : dot(graph);
}

function graphOf({ definition, dependencies }: CompiledWorkflow, statuses: readonly string[] = []): Graph {
  const { name, steps } = definition;
  const idOf = (index: number): string => `s${index}`;
  return {
    name,
    nodes: steps.map((step, index) => ({
      id: idOf(index),
      label: `${step.name}${step.critical ? ' !' : ''}${step.optional ? ' ?' : ''}${ownWork(step)}`,
      status: statuses[index],
    })),
    edges: steps.flatMap((step, index) => {
      const asked = questionOf(step);
      return (dependencies[index] ?? []).map((on) => ({
        from: idOf(on),
        to: idOf(index),
        label: asked?.from.has(steps[on]?.name ?? '') === true ? asked.text : null,
      }));
    }),
    onFailure: steps.flatMap(({ failuresAs }, index) => (failuresAs === undefined ? [] : [idOf(index)])),
  };
}

/** Names the work that Troupe does itself; a handler's name is for who asks. */
function ownWork(step: StepDefinition): string {
  const work = workName(step);
  return work === step.handler ? '' : ` (${work})`;
}

function mermaid({ nodes, edges, onFailure }: Graph, isColoured: boolean): string {
  const lines = ['graph TD'];
  for (const { id, label, status } of nodes) {
    lines.push(`  ${id}["${mermaidText(label)}"]${status === undefined ? '' : `:::${status}`}`);
  }
  for (const { from, to, label } of edges) {
    lines.push(`  ${from} -->${label === null ? '' : `|"${mermaidText(label)}"|`} ${to}`);
  }
  if (onFailure.length > 0) lines.push(`  ${FAILURE.id}(["${FAILURE.label}"])`);
  for (const handler of onFailure) lines.push(`  ${FAILURE.id} -.-> ${handler}`);
  if (isColoured) {
    for (const [status, colour] of Object.entries(COLOURS))
      lines.push(`  classDef ${status} fill:${colour},color:#111`);
  }
  return `${lines.join('\n')}\n`;
}

/** Mermaid reads entities, so every character it could take for its own is written as one. */
const mermaidText = (text: string): string =>
  text.replace(/[^\p{L}\p{N} _.,:-]/gu, (c) => `#${c.codePointAt(0)};`);

function dot({ name, nodes, edges, onFailure }: Graph): string {
  const lines = [`digraph ${quoted(name)} {`, '  node [shape=box, style="rounded,filled", fillcolor=white];'];
  for (const { id, label, status } of nodes) {
    const colour = status === undefined ? '' : `, fillcolor="${COLOURS[status] ?? 'white'}"`;
    lines.push(`  ${id} [label=${quoted(label)}${colour}];`);
  }
  for (const { from, to, label } of edges) {
    lines.push(`  ${from} -> ${to}${label === null ? '' : ` [label=${quoted(label)}]`};`);
  }
  if (onFailure.length > 0) lines.push(`  ${FAILURE.id} [label=${quoted(FAILURE.label)}, shape=plaintext];`);
  // They run last; edges that nobody sees keep them below all others.
  const before = new Set(edges.map(({ from }) => from));
  const ends = nodes.filter(({ id }) => !before.has(id) && !onFailure.includes(id));
  if (onFailure.length > 0) for (const { id } of ends) lines.push(`  ${id} -> ${FAILURE.id} [style=invis];`);
  for (const handler of onFailure) lines.push(`  ${FAILURE.id} -> ${handler} [style=dashed];`);
  return `${[...lines, '}'].join('\n')}\n`;
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
