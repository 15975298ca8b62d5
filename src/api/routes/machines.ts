/** The statecharts that every task and step lives by, as XState config or drawn. */

import { createRoute, z } from '@hono/zod-openapi';
import { drawings } from '../../diagrams/drawings.ts';
import { machineDiagram, machineNames } from '../../diagrams/machines.ts';
import { chartSvg } from '../../diagrams/svg.ts';
import { Refusal } from '../../errors.ts';
import type { Api } from '../context.ts';
import { chartSchema, svgAnswer } from '../drawings.ts';
import { formatQuery } from '../params.ts';
import { problems } from '../problem.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/machines',
  tags: ['Machines'],
  operationId: 'listMachines',
  summary: 'The kinds of statechart',
  responses: {
    200: {
      description: 'Their names',
      content: { 'application/json': { schema: z.object({ machines: z.array(z.string()).readonly() }) } },
    },
    ...problems(401),
  },
});

// Typed as any string: what is sent is text that machineDiagram has made, JSON included.
const JSON_TYPE: string = 'application/json';

const params = z.object({ kind: z.string().meta({ example: 'step' }) });

const machineRoute = createRoute({
  method: 'get',
  path: '/machines/{kind}',
  tags: ['Machines'],
  operationId: 'getMachine',
  summary: 'A statechart, as XState JSON config or drawn',
  request: {
    params,
    query: formatQuery(['json', 'mermaid', 'dot', 'svg']),
  },
  responses: {
    200: {
      description: 'The statechart',
      content: {
        [JSON_TYPE]: { schema: z.record(z.string(), z.unknown()) },
        'text/plain': { schema: z.string() },
        'image/svg+xml': { schema: z.string() },
      },
    },
    ...problems(401, 404, 422),
  },
});

const chartRoute = createRoute({
  method: 'get',
  path: '/machines/{kind}/chart',
  tags: ['Machines'],
  operationId: 'getMachineChart',
  summary: 'A statechart, placed for drawing',
  request: { params },
  responses: {
    200: { description: 'States and transitions', content: { 'application/json': { schema: chartSchema } } },
    ...problems(401, 404),
  },
});

export function machineRoutes(app: Api): void {
  const chartOf = (kind: string) => {
    const chart = drawings.machines.of(kind);
    if (chart === null) throw noMachine(kind);
    return chart;
  };

  app.openapi(listRoute, (c) => c.json({ machines: machineNames }, 200));

  app.openapi(chartRoute, async (c) => c.json(await chartOf(c.req.valid('param').kind), 200));

  app.openapi(machineRoute, async (c) => {
    const { kind } = c.req.valid('param');
    const { format } = c.req.valid('query');
    if (format === 'svg') return svgAnswer(c, chartSvg(await chartOf(kind)));
    const text = machineDiagram(kind, format);
    if (text === null) throw noMachine(kind);
    const type = format === 'json' ? JSON_TYPE : 'text/plain; charset=UTF-8';
    return c.body(text, 200, { 'Content-Type': type });
  });
}

const noMachine = (kind: string): Refusal =>
  new Refusal('MACHINE_NOT_FOUND', `There is no machine "${kind}", only ${machineNames.join(', ')}.`);
