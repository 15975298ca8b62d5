/** Placed graphs and statecharts: what is drawn stands apart, lines join what they should, and names stay text. */

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createDrawings } from '../../src/view/drawings.ts';
import { Elk } from '../../src/view/elk.ts';
import { layered } from '../../src/view/layered.ts';
import type { ChartState, WorkflowGraph } from '../../src/view/layout.ts';
import { chartSvg, workflowSvg } from '../../src/view/svg.ts';
import { WorkflowGraphs } from '../../src/view/workflow-graph.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import type { CompiledWorkflow } from '../../src/workflow/definition.ts';
import { step, workflow } from '../support.ts';

const drawings = createDrawings();

const port = (name: string) => ({ name, type: null });

const order = compileWorkflow(
  workflow('Order', [
    step('receive', [], { outputs: [port('order'), port('unused')] }),
    step('charge', ['receive'], { critical: true, inputs: [port('order')] }),
    step('mail', ['receive', 'charge'], {
      optional: true,
      condition: { op: 'is', value: { step: 'charge', path: ['paid'] } },
    }),
    step('clean', [], { failuresAs: 'failures' }),
  ]),
);

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function expectApart(boxes: readonly Box[]): void {
  for (const [index, box] of boxes.entries()) {
    expect(boxes.slice(index + 1).filter((other) => overlaps(box, other))).toEqual([]);
  }
}

function expectJoined({ nodes, edges }: WorkflowGraph): void {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const { from, to, points } of edges) {
    const [source, target] = [byName.get(from), byName.get(to)];
    expect(points.length).toBeGreaterThan(1);
    expect(points[0]?.[1]).toBeCloseTo((source?.y ?? 0) + (source?.height ?? 0), 0);
    expect(points.at(-1)?.[1]).toBeCloseTo(target?.y ?? 0, 0);
  }
}

describe('the graph of a workflow', () => {
  it('has a box for every step and a line for every dependency, with what flows and what is asked', async () => {
    const graph = await drawings.workflows.of(order);
    expect(
      graph.nodes.map(({ name, critical, optional, onFailure }) => [name, critical, optional, onFailure]),
    ).toEqual([
      ['receive', false, false, false],
      ['charge', true, false, false],
      ['mail', false, true, false],
      ['clean', false, false, true],
    ]);
    expect(graph.edges.map(({ from, to, labels }) => [from, to, labels])).toEqual([
      ['receive', 'charge', ['order']],
      ['receive', 'mail', []],
      ['charge', 'mail', ['if paid']],
    ]);
    expectApart(graph.nodes);
    expectJoined(graph);
  });

  it('is placed once for a definition', async () => {
    expect(await drawings.workflows.of(order)).toBe(await drawings.workflows.of(order));
  });

  it('of a thousand steps is placed', async () => {
    const steps = Array.from({ length: 1_000 }, (_, index) =>
      step(`s${index}`, index === 0 ? [] : [`s${Math.floor((index - 1) / 3)}`]),
    );
    const graph = await drawings.workflows.of(compileWorkflow(workflow('Wide', steps)));
    expect(graph.nodes).toHaveLength(1_000);
    expectJoined(graph);
  });

  it('falls back to plain layers when placing takes too long, and the next one is placed well again', async () => {
    const elk = new Elk();
    const slow = new WorkflowGraphs({ place: (graph) => elk.place(graph, 0) });
    const graph = await slow.of(order);
    expectApart(graph.nodes);
    expectJoined(graph);
    expect(await elk.place({ id: 'g', children: [{ id: 'n', width: 1, height: 1 }] }, 10_000)).toMatchObject({
      children: [{ id: 'n' }],
    });
  });
});

test('a layer of hundreds is folded into rows, and lines still join what they should', async () => {
  const names = Array.from({ length: 400 }, (_, index) => `s${index}`);
  const wide = [step('first'), ...names.map((name) => step(name, ['first'])), step('last', names)];
  const graph = await drawings.workflows.of(compileWorkflow(workflow('Fan', wide)));
  expectApart(graph.nodes);
  expectJoined(graph);
  expect(graph.width).toBeLessThan(3 * graph.height);
  for (const { points } of graph.edges) {
    const ys = points.map(([, y]) => y);
    expect(ys).toEqual([...ys].sort((a, b) => a - b));
  }
});

const anyWorkflow: fc.Arbitrary<CompiledWorkflow> = fc
  .array(fc.uniqueArray(fc.nat(20), { maxLength: 4 }), { minLength: 1, maxLength: 20 })
  .map((all) =>
    compileWorkflow(
      workflow(
        'Any',
        all.map((on, index) =>
          step(
            `s${index}`,
            on.filter((each) => each < index).map((each) => `s${each}`),
          ),
        ),
      ),
    ),
  );

test('layers put every step below those it depends on, apart from all others', () => {
  fc.assert(
    fc.property(anyWorkflow, (compiled) => {
      const nodes = compiled.definition.steps.map(({ name, handler }) => ({
        ...{ name, handler, critical: false, optional: false, onFailure: false },
        ...{ x: 0, y: 0, width: 100, height: 40 },
      }));
      const edges = compiled.definition.steps.flatMap(({ name, dependsOn }) =>
        dependsOn.map((from) => ({ from, to: name, labels: [], points: [], labelAt: [0, 0] as const })),
      );
      const graph = layered({ nodes, edges, width: 0, height: 0 }, compiled);
      expectApart(graph.nodes);
      expectJoined(graph);
      const yOf = new Map(graph.nodes.map(({ name, y }) => [name, y]));
      for (const { from, to } of edges) expect(yOf.get(to)).toBeGreaterThan(yOf.get(from) ?? 0);
    }),
  );
});

describe('a statechart', () => {
  const innermost = (states: readonly ChartState[]): ChartState[] =>
    states.flatMap((state) => (state.children === undefined ? [state] : innermost(state.children)));

  it.each(['step', 'task'])(
    'of a %s nests its states, and draws each transition with its label',
    async (kind) => {
      const chart = await drawings.machines.of(kind);
      if (chart === null) throw new Error('no chart');
      expectApart(chart.states);
      expectApart(innermost(chart.states));
      for (const { children = [], ...box } of chart.states) {
        for (const child of children) {
          expect(child.x).toBeGreaterThan(box.x);
          expect(child.y + child.height).toBeLessThan(box.y + box.height);
        }
      }
      expect(chart.states.filter(({ initial }) => initial).map(({ id }) => id)).toEqual(['pending']);
      for (const { points, label } of chart.transitions) {
        expect(points.length).toBeGreaterThan(1);
        expect(label).not.toContain('xstate.');
      }
      const places = chart.transitions.map(({ labelAt }) => labelAt.join());
      expect(new Set(places).size).toBe(places.length);
    },
  );

  it('that there is not is null', () => {
    for (const kind of ['nothing', 'constructor']) expect(drawings.machines.of(kind)).toBeNull();
  });
});

describe('an SVG', () => {
  it('shows names as text, whatever they hold, and states in colour', async () => {
    const hostile = '"><script>alert(1)</script>&\u{7}';
    const graph = await drawings.workflows.of(compileWorkflow(workflow('Hostile', [step(hostile)])));
    const svg = workflowSvg(graph, ['failed']);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&quot;&gt;&lt;script&gt;');
    expect(svg).toContain('#fca5a5');
    expect(svg).toContain('failed');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    expect(svg).not.toMatch(/[\x00-\x08]/);
  });

  it('of a statechart has every state', async () => {
    const chart = await drawings.machines.of('step');
    if (chart === null) throw new Error('no chart');
    const svg = chartSvg(chart);
    for (const state of ['pending', 'backoff', 'cancelled']) expect(svg).toContain(`>${state}</text>`);
  });
});
