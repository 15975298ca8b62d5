/** A workflow's DAG as text that other tools draw: Mermaid or DOT, coloured by the states of a task if given. */

import type { CompiledWorkflow } from '../workflow/definition.ts';

export type DiagramFormat = 'mermaid' | 'dot';

const COLOURS: Readonly<Record<string, string>> = {
  pending: '#d4d4d8',
  running: '#93c5fd',
  retrying: '#fcd34d',
  complete: '#86efac',
  failed: '#fca5a5',
  cancelled: '#a1a1aa',
  skipped: '#e5e7eb',
};

/** `statusOf` gives the state of the step at an index; without it the graph is plain. */
export function workflowDiagram(
  workflow: CompiledWorkflow,
  format: DiagramFormat,
  statusOf?: (index: number) => string,
): string {
  return format === 'mermaid' ? mermaid(workflow, statusOf) : dot(workflow, statusOf);
}

function mermaid(
  { definition, dependencies }: CompiledWorkflow,
  statusOf?: (index: number) => string,
): string {
  const lines = ['graph TD'];
  definition.steps.forEach(({ name }, index) => {
    const status = statusOf?.(index);
    lines.push(`  s${index}["${mermaidText(name)}"]${status === undefined ? '' : `:::${status}`}`);
  });
  dependencies.forEach((list, index) => {
    for (const on of list) lines.push(`  s${on} --> s${index}`);
  });
  if (statusOf !== undefined) {
    for (const [status, colour] of Object.entries(COLOURS))
      lines.push(`  classDef ${status} fill:${colour},color:#111`);
  }
  return `${lines.join('\n')}\n`;
}

/** Mermaid reads entities, so every character it could take for its own is written as one. */
const mermaidText = (text: string): string =>
  text.replace(/[^\p{L}\p{N} _.,:-]/gu, (c) => `#${c.codePointAt(0)};`);

function dot({ definition, dependencies }: CompiledWorkflow, statusOf?: (index: number) => string): string {
  const lines = [
    `digraph ${quoted(definition.name)} {`,
    '  node [shape=box, style="rounded,filled", fillcolor=white];',
  ];
  definition.steps.forEach(({ name }, index) => {
    const status = statusOf?.(index);
    const colour = status === undefined ? '' : `, fillcolor="${COLOURS[status] ?? 'white'}"`;
    lines.push(`  s${index} [label=${quoted(name)}${colour}];`);
  });
  dependencies.forEach((list, index) => {
    for (const on of list) lines.push(`  s${on} -> s${index};`);
  });
  return `${[...lines, '}'].join('\n')}\n`;
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
