/** The shapes of placed graphs and statecharts, and drawings as answers. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ChartState, MachineChart, Point, WorkflowGraph } from '../view/layout.ts';

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
        critical: z.boolean(),
        optional: z.boolean(),
        onFailure: z.boolean().meta({ description: 'Runs when all others have ended and one failed' }),
        ...box,
      }),
    ),
    edges: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        labels: z.array(z.string()).meta({ description: 'What flows along it, and under which condition' }),
        points: z.array(point),
        labelAt: point.meta({ description: 'The middle of the first label' }),
      }),
    ),
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

/** Opened by itself it may style itself, and nothing else. */
export function svgAnswer(c: Context, svg: string) {
  return c.body(svg, 200, {
    'Content-Type': 'image/svg+xml',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    'X-Content-Type-Options': 'nosniff',
  });
}
