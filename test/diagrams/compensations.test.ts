/** Compensations in drawings: each beside its step, with an arrow back, and in the way of nothing that is written. */

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { drawings } from '../../src/diagrams/drawings.ts';
import { runsThrough } from '../../src/diagrams/geometry.ts';
import type { Box, GraphNode, WorkflowGraph } from '../../src/diagrams/layout.ts';
import { workflowSvg } from '../../src/diagrams/svg.ts';
import { workflowDiagram } from '../../src/diagrams/workflow-diagram.ts';
import { WorkflowGraphs } from '../../src/diagrams/workflow-graph.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { step, workflow } from '../support.ts';

const taken = { compensation: { handler: 'undo' } };

const trip = compileWorkflow(
  workflow('Trip', [
    step('flight', [], taken),
    step('hotel', ['flight'], taken),
    step('look', ['hotel']),
    step('pay', ['look'], taken),
  ]),
);

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function expectBeside({ nodes, edges, back = [], width, height }: WorkflowGraph): void {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const [index, node] of nodes.entries()) {
    expect(nodes.slice(index + 1).filter((other) => overlaps(node, other))).toEqual([]);
    expect(node.x + node.width).toBeLessThanOrEqual(width);
    expect(node.y + node.height).toBeLessThanOrEqual(height);
    const of = node.compensates === undefined ? undefined : byName.get(node.compensates);
    if (of === undefined) continue;
    expect([node.y, node.x > of.x + of.width]).toEqual([of.y, true]);
    expect(back.filter(({ from, to }) => from === node.name && to === of.name)).toMatchObject([
      { isOrder: false },
    ]);
  }
  for (const { points } of [...edges, ...back]) {
    for (const [index, point] of points.entries()) {
      const next = points[index + 1];
      if (next !== undefined) expect(nodes.filter((box) => runsThrough(point, next, box))).toEqual([]);
    }
  }
}

describe('the graph of a workflow with compensations', () => {
  it('has each beside its step, and a line back to it and to those that run after it', async () => {
    const graph = await drawings.workflows.of(trip);
    expectBeside(graph);
    expect(graph.nodes.map(({ name, compensates }) => [name, compensates])).toEqual([
      ...['flight', 'hotel', 'look', 'pay'].map((name) => [name, undefined]),
      ...['flight', 'hotel', 'pay'].map((name) => [`${name}.compensation`, name]),
    ]);
    const order = graph.back?.filter(({ isOrder }) => isOrder).map(({ from, to }) => [from, to]);
    expect(order).toEqual([
      ['hotel.compensation', 'flight.compensation'],
      ['pay.compensation', 'hotel.compensation'],
    ]);
  });

  it('has the lines of its order all or none', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `s${at}`);
    const steps = names.map((name, at) => step(name, names.slice(0, at), taken));
    const graph = await drawings.workflows.of(compileWorkflow(workflow('Dense', steps)));
    expect(graph.back?.map(({ isOrder }) => isOrder)).toEqual(names.map(() => false));
  });

  it('without any is the same as ever', async () => {
    const plain = compileWorkflow(workflow('Plain', [step('a'), step('b', ['a'])]));
    const graph = await drawings.workflows.of(plain);
    expect(Object.keys(graph)).not.toContain('back');
    expect(workflowSvg(graph)).not.toContain('.back');
  });
});

const withSome = fc
  .array(fc.tuple(fc.uniqueArray(fc.nat(12), { maxLength: 3 }), fc.boolean()), {
    minLength: 1,
    maxLength: 12,
  })
  .map((all) =>
    compileWorkflow(
      workflow(
        'Some',
        all.map(([on, isTaken], index) =>
          step(
            `s${index}`,
            on.filter((each) => each < index).map((each) => `s${each}`),
            isTaken ? taken : {},
          ),
        ),
      ),
    ),
  );

test('plain layers keep room beside every step for its compensation', async () => {
  await fc.assert(
    fc.asyncProperty(withSome, async (compiled) => {
      const graph = await new WorkflowGraphs({ place: () => Promise.resolve(null) }).of(compiled);
      const isWritten = ({ compensates }: GraphNode): boolean => compensates === undefined;
      expect(graph.nodes.filter(isWritten)).toHaveLength(compiled.definition.steps.length);
      expectBeside(graph);
    }),
    { numRuns: 60 },
  );
});

test('hundreds of steps, each with a compensation, are placed too', async () => {
  const wide = Array.from({ length: 300 }, (_, at) => step(`s${at}`, ['first'], taken));
  const graph = await drawings.workflows.of(
    compileWorkflow(workflow('Wide', [step('first', [], taken), ...wide])),
  );
  expect(graph.nodes).toHaveLength(602);
  expectBeside({ ...graph, edges: [] });
});

test('an SVG dashes them, and shows their states behind those of the steps', async () => {
  const statuses = ['complete', 'complete', 'complete', 'failed', 'running', 'failed', 'skipped'];
  const svg = workflowSvg(await drawings.workflows.of(trip), statuses);
  expect(svg).toContain('.back rect');
  expect(svg).toMatch(/<g class="back"><title>hotel\.compensation<\/title><rect [^>]*#fca5a5/);
});

test('Mermaid and DOT dash them, and point back to their steps', () => {
  const statuses = ['complete', 'complete', 'complete', 'failed', 'running', 'pending', 'skipped'];
  const mermaid = workflowDiagram(trip, 'mermaid', statuses);
  for (const line of [
    's4["flight.compensation"]:::running',
    's4 -.-> s0',
    'style s4 stroke-dasharray:5 4',
    's6 -.-> s3',
  ])
    expect(mermaid).toContain(`  ${line}\n`);
  const dot = workflowDiagram(trip, 'dot');
  for (const line of [
    's4 [label="flight.compensation", style="rounded,filled,dashed"];',
    '{ rank=same; s0; s4; }',
    's4 -> s0 [style=dashed];',
    's5 -> s4 [style=dotted, color=gray, constraint=false];',
  ])
    expect(dot).toContain(`  ${line}\n`);
});
