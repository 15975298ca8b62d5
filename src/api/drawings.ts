/** The shapes of placed graphs and statecharts, and drawings as answers. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ChartState, MachineChart, Point, WorkflowGraph } from '../diagrams/layout.ts';
import type { Written } from '../views/orchestrator.ts';

export const GRAPH_FORMATS = ['mermaid', 'dot', 'svg'] as const;

const point: z.ZodType<Point> = z.tuple([z.number(), z.number()]);
const box = { x: z.number(), y: z.number(), width: z.number(), height: z.number() };
const size = { width: z.number(), height: z.number() };

export const graphSchema: z.ZodType<WorkflowGraph> = z
  .object({
    nodes: z.array(
      z.object({
        name: z.string(),
        handler: z.string(),
        work: z.string().meta({ description: 'What does it: its handler, or what Troupe does itself' }),
        marks: z.array(z.string()).readonly().meta({ description: 'In words, such as `if a step failed`' }),
        critical: z.boolean(),
        optional: z.boolean(),
        onFailure: z.boolean().meta({ description: 'Runs when all others have ended and one failed' }),
        compensates: z
          .string()
          .optional()
          .meta({ description: 'A compensation: the step that it takes back' }),
        ...box,
      }),
    ),
    edges: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        labels: z.array(z.string()).meta({ description: 'What flows along it, and under which condition' }),
        points: z.array(point).meta({ description: 'None where it is in a bundle' }),
        labelAt: point.meta({ description: 'The middle of the first label' }),
      }),
    ),
    bundles: z
      .array(z.object({ count: z.int(), points: z.array(point), labelAt: point }))
      .meta({ description: 'Dependencies that cannot be drawn apart, as one line with their count' }),
    groups: z
      .array(z.object(box))
      .meta({ description: 'Around the steps of a layer whose dependencies are bundled' }),
    back: z
      .array(z.object({ from: z.string(), to: z.string(), isOrder: z.boolean(), points: z.array(point) }))
      .optional()
      .meta({ description: 'From compensations to their steps, and to those that run after them' }),
    ...size,
  })
  .meta({ id: 'WorkflowGraph' });

const stateSchema: z.ZodType<ChartState> = z
  .object({
    id: z.string().meta({ description: 'As snapshots spell it', example: 'retrying.backoff' }),
    path: z.array(z.string()),
    initial: z.boolean(),
    final: z.boolean(),
    ...box,
    get children() {
      return z.array(stateSchema).optional();
    },
  })
  .meta({ id: 'ChartState' });

export const chartSchema: z.ZodType<MachineChart> = z
  .object({
    kind: z.string(),
    states: z.array(stateSchema),
    transitions: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        label: z.string(),
        event: z.string(),
        guard: z.string().nullable(),
        points: z.array(point),
        labelAt: point,
      }),
    ),
    ...size,
  })
  .meta({ id: 'MachineChart' });

export const drawingContent = {
  description: 'The drawing',
  content: { 'text/plain': { schema: z.string() }, 'image/svg+xml': { schema: z.string() } },
};

/** Each format has its own content type. */
export function drawingAnswer(c: Context, drawing: Written, format: (typeof GRAPH_FORMATS)[number]) {
  if (format === 'svg') return svgAnswer(c, drawing);
  return c.body(drawing, 200, { 'Content-Type': 'text/plain; charset=UTF-8' });
}

/** Opened by itself it may style itself, and nothing else. */
export function svgAnswer(c: Context, svg: Written) {
  return c.body(svg, 200, {
    'Content-Type': 'image/svg+xml',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    'X-Content-Type-Options': 'nosniff',
  });
}
