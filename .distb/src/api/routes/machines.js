/** The statecharts that every task and step lives by, as XState config or drawn. */
import { createRoute, z } from '@hono/zod-openapi';
import { Refusal } from "../../errors.js";
import { machineDiagram, machineNames } from "../../view/machines.js";
import { formatQuery } from "../params.js";
import { problems } from "../problem.js";
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
const JSON_TYPE = 'application/json';
const machineRoute = createRoute({
    method: 'get',
    path: '/machines/{kind}',
    tags: ['Machines'],
    operationId: 'getMachine',
    summary: 'A statechart, as XState JSON config or drawn',
    request: {
        params: z.object({ kind: z.string().meta({ example: 'step' }) }),
        query: formatQuery(['json', 'mermaid', 'dot']),
    },
    responses: {
        200: {
            description: 'The statechart',
            content: {
                [JSON_TYPE]: { schema: z.record(z.string(), z.unknown()) },
                'text/plain': { schema: z.string() },
            },
        },
        ...problems(401, 404, 422),
    },
});
export function machineRoutes(app) {
    app.openapi(listRoute, (c) => c.json({ machines: machineNames }, 200));
    app.openapi(machineRoute, (c) => {
        const { kind } = c.req.valid('param');
        const { format } = c.req.valid('query');
        const text = machineDiagram(kind, format);
        if (text === null) {
            throw new Refusal('not_found', 'MACHINE_NOT_FOUND', `There is no machine "${kind}", only ${machineNames.join(', ')}.`);
        }
        const type = format === 'json' ? JSON_TYPE : 'text/plain; charset=UTF-8';
        return c.body(text, 200, { 'Content-Type': type });
    });
}
