/** Webhook deliveries: those that died are kept here and can be sent again. */
import { createRoute, z } from '@hono/zod-openapi';
import { strict } from "../../workflow/parse.js";
import { wholeNumber } from "../params.js";
import { problems } from "../problem.js";
import { webhookSchema, webhookStatusSchema } from "../views.js";
const listRoute = createRoute({
    method: 'get',
    path: '/webhooks',
    tags: ['Webhooks'],
    operationId: 'listWebhooks',
    summary: 'Webhook deliveries, newest first',
    request: {
        query: strict({ status: webhookStatusSchema.optional(), limit: wholeNumber(1, 200).default(20) }),
    },
    responses: {
        200: {
            description: 'The deliveries',
            content: { 'application/json': { schema: z.object({ webhooks: z.array(webhookSchema) }) } },
        },
        ...problems(401, 422),
    },
});
const redeliverRoute = createRoute({
    method: 'post',
    path: '/webhooks/{id}/redeliver',
    tags: ['Webhooks'],
    operationId: 'redeliverWebhook',
    summary: 'Send a delivery again',
    request: { params: z.object({ id: z.string().meta({ description: "The delivery's id" }) }) },
    responses: {
        200: { description: 'The delivery', content: { 'application/json': { schema: webhookSchema } } },
        ...problems(401, 404, 409, 503),
    },
});
export function webhookRoutes(app, { troupe }) {
    app.openapi(listRoute, (c) => {
        const { status, limit } = c.req.valid('query');
        return c.json({ webhooks: troupe.listWebhooks(c.get('caller').scope, status, limit) }, 200);
    });
    app.openapi(redeliverRoute, async (c) => {
        const { name: by, scope } = c.get('caller');
        return c.json(await troupe.redeliverWebhook(scope, c.req.valid('param').id, by), 200);
    });
}
