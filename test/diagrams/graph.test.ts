/** Placed graphs and statecharts: what is drawn stands apart, lines join what they should, and names stay text. */

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { drawings } from '../../src/diagrams/drawings.ts';
import { Elk } from '../../src/diagrams/elk.ts';
import { runsThrough } from '../../src/diagrams/geometry.ts';
import { layered } from '../../src/diagrams/layered.ts';
import type { ChartState, WorkflowGraph } from '../../src/diagrams/layout.ts';
import { chartSvg, workflowSvg } from '../../src/diagrams/svg.ts';
import { workflowDiagram } from '../../src/diagrams/workflow-diagram.ts';
import { WorkflowGraphs } from '../../src/diagrams/workflow-graph.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import type { CompiledWorkflow } from '../../src/workflow/definition.ts';
import { step, workflow } from '../support.ts';

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

  it('says what Troupe does itself, and when a failure handler runs', async () => {
    const http = { method: 'GET', url: 'https://a.example/', headers: {}, body: null };
    const compiled = compileWorkflow(
      workflow('Kinds', [
        step('fetch', [], { handler: 'troupe.http', http }),
        step('tell', [], { failuresAs: 'failures', handler: 'mail' }),
      ]),
    );
    const graph = await drawings.workflows.of(compiled);
    expect(graph.nodes.map(({ name, work, marks }) => [name, work, marks])).toEqual([
      ['fetch', 'HTTP call', []],
      ['tell', 'mail', ['if a step failed']],
    ]);
    expect(workflowSvg(graph)).toContain('>HTTP call<');
    expect(workflowDiagram(compiled, 'dot')).toContain('"fetch (HTTP call)"');
  });

  it('says on every edge of a step what is asked of none of the steps it depends on', async () => {
    const graph = await drawings.workflows.of(
      compileWorkflow(
        workflow('Far', [
          step('check'),
          step('pack', ['check']),
          step('ship', ['pack'], { condition: { op: 'is', value: { step: 'check', path: ['large'] } } }),
        ]),
      ),
    );
    expect(graph.edges.map(({ from, to, labels }) => [from, to, labels])).toEqual([
      ['check', 'pack', []],
      ['pack', 'ship', ['if check.large']],
    ]);
  });

  it('has failure handlers below everything else, many of them in rows', async () => {
    const steps = Array.from({ length: 12 }, (_, at) =>
      step(`handler ${at}`, [], { failuresAs: 'failures' }),
    );
    for (const more of [10, 500]) {
      const others = Array.from({ length: more }, (_, at) => step(`s${at}`, at === 0 ? [] : [`s${at - 1}`]));
      const { nodes, height, width } = await drawings.workflows.of(
        compileWorkflow(workflow('Handled', [...steps, ...others])),
      );
      const [handlers, rest] = [nodes.slice(0, 12), nodes.slice(12)];
      const lowest = Math.max(...rest.map((node) => node.y + node.height));
      expect(Math.min(...handlers.map(({ y }) => y))).toBeGreaterThan(lowest);
      expectApart(nodes);
      for (const node of nodes) {
        expect(node.x + node.width).toBeLessThanOrEqual(width);
        expect(node.y + node.height).toBeLessThanOrEqual(height);
      }
    }
  });

  it('is placed once for a definition', async () => {
    expect(await drawings.workflows.of(order)).toBe(await drawings.workflows.of(order));
  });

  it('of a thousand steps is placed', async () => {
    const steps = Array.from({ length: 1_000 }, (_, index) =>
      step(`s${index}`, index === 0 ? [] : [`s${Math.floor((index - 1) / 3)}`]),
    );
    const tree = compileWorkflow(workflow('Wide', steps));
    const graph = await drawings.workflows.of(tree);
    expect(graph.nodes).toHaveLength(1_000);
    expectHonest(graph, tree);
  });

  it('falls back to plain layers when placing takes too long, and the next one is placed well again', async () => {
    const elk = new Elk();
    const slow = new WorkflowGraphs({ place: (graph) => elk.place(graph, 0) });
    const graph = await slow.of(order);
    expectApart(graph.nodes);
    expectJoined(graph);
    expect(await elk.place({ id: 'g', children: [{ id: 'n', width: 1, height: 1 }] }, 300_000)).toMatchObject(
      {
        children: [{ id: 'n' }],
      },
    );
  });
});

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Every dependency is a line of its own between its two boxes or counted in a bundle, and no line passes a box. */
function expectHonest(graph: WorkflowGraph, workflow: CompiledWorkflow): void {
  const { nodes, edges, bundles, groups } = graph;
  const count = workflow.dependencies.reduce((sum, { length }) => sum + length, 0);
  const apart = edges.filter(({ points }) => points.length > 0);
  expect(edges).toHaveLength(count);
  expect(apart.length + bundles.reduce((sum, bundle) => sum + bundle.count, 0)).toBe(count);
  expectJoined({ ...graph, edges: apart });
  expectApart(nodes);
  const inGroup = ({ x, y }: Box): boolean =>
    groups.some((group) => overlaps({ x, y, width: 1, height: 1 }, group));
  for (const { from, to } of apart) {
    const ends = nodes.filter(({ name }) => name === from || name === to);
    expect(ends.filter(inGroup)).toEqual([]);
  }
  const boxes = [...nodes.filter((node) => !inGroup(node)), ...groups];
  expectApart(boxes);
  for (const { points } of [...apart, ...bundles]) {
    expect(points.length).toBeGreaterThan(1);
    for (const [index, point] of points.entries()) {
      const next = points[index + 1];
      if (next !== undefined) expect(boxes.filter((box) => runsThrough(point, next, box))).toEqual([]);
    }
  }
}

const wide = names('s', 600);
const other = names('t', 600);
const chain = names('c', 400);

test.each<[string, ReturnType<typeof step>[], number[]]>([
  [
    'a fan-out and fan-in of 600',
    [step('first'), ...wide.map((name) => step(name, ['first'])), step('last', wide)],
    [600, 600],
  ],
  [
    'a diamond with an edge beside its wide layer',
    [step('first'), ...wide.map((name) => step(name, ['first'])), step('last', [...wide, 'first'])],
    [600, 600],
  ],
  [
    'two wide layers with few dependencies between them',
    [
      ...wide.map((name) => step(name)),
      ...other.map((name, at) => step(name, at % 30 === 0 ? [`s${at}`, 's0'] : ['s1'])),
    ],
    [619],
  ],
  [
    'two layers of few steps that all depend on all',
    [
      ...names('a', 22).map((name) => step(name)),
      ...names('b', 22).map((name) => step(name, names('a', 22))),
    ],
    [484],
  ],
  [
    'a chain whose every step depends on all before it',
    chain.map((name, at) => step(name, chain.slice(0, at))),
    Array.from({ length: 398 }, (_, at) => at + 1),
  ],
])('%s are drawn as what they are', async (_, steps, counts) => {
  const compiled = compileWorkflow(workflow('Wide', steps));
  const graph = await drawings.workflows.of(compiled);
  expectHonest(graph, compiled);
  expect(graph.bundles.map(({ count }) => count)).toEqual(counts);
  expect(workflowSvg(graph)).toContain(`>×${counts[0]}</text>`);
});

test('a layer of hundreds is folded into rows', async () => {
  const steps = [step('first'), ...wide.map((name) => step(name, ['first']))];
  const graph = await drawings.workflows.of(compileWorkflow(workflow('Fan', steps)));
  expect(graph.width).toBeLessThan(4 * graph.height);
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
        ...{ name, handler, work: handler, marks: [], critical: false, optional: false, onFailure: false },
        ...{ x: 0, y: 0, width: 100, height: 40 },
      }));
      const edges = compiled.definition.steps.flatMap(({ name, dependsOn }) =>
        dependsOn.map((from) => ({ from, to: name, labels: [], points: [], labelAt: [0, 0] as const })),
      );
      const graph = layered({ nodes, edges, bundles: [], groups: [], width: 0, height: 0 }, compiled);
      expectHonest(graph, compiled);
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
