/** Registering workflows, which are immutable from then on, and reading them. */
import { createRoute, z } from '@hono/zod-openapi';
import { workflowDiagram } from "../../view/workflow-diagram.js";
import { toDefinition, workflowJsonSchema } from "../../workflow/from-json.js";
import { requireAdmin } from "../auth.js";
import { drawingContent, formatQuery } from "../params.js";
import { problems } from "../problem.js";
const summarySchema = z
    .object({
    name: z.string(),
    namespace: z.string(),
    version: z.string(),
    hash: z.string().meta({ description: 'SHA-256 of the definition' }),
    description: z.string(),
    stepCount: z.int(),
})
    .meta({ id: 'WorkflowSummary' });
const workflowSchema = summarySchema
    .extend({
    input: z.record(z.string(), z.unknown()).nullable().meta({ description: 'JSON Schema of the payload' }),
    steps: z
        .array(z.object({
        name: z.string(),
        handler: z.string(),
        dependsOn: z.array(z.string()).readonly(),
        maxAttempts: z.int().nullable(),
        timeoutMs: z.number().nullable(),
        startTimeoutMs: z.number().nullable(),
        backoff: z
            .object({
            strategy: z.enum(['exponential', 'linear', 'fixed']),
            baseMs: z.number(),
            maxMs: z.number(),
            jitter: z.enum(['equal', 'full', 'none']),
        })
            .nullable(),
        critical: z.boolean(),
        optional: z.boolean(),
        agent: z.string(),
        channel: z.string().nullable(),
    }))
        .readonly(),
})
    .meta({ id: 'Workflow' });
const workflowContent = { 'application/json': { schema: workflowSchema } };
const name = z.string().meta({ description: "The workflow's name" });
const registerRoute = createRoute({
    method: 'post',
    path: '/workflows',
    tags: ['Workflows'],
    operationId: 'registerWorkflow',
    summary: 'Register a workflow',
    description: 'The keys are those of a YAML workflow file. A version never changes: the same content again answers 200, ' +
        'other content under the same name and version 409. With API keys, only an admin may.',
    request: { body: { required: true, content: { 'application/json': { schema: workflowJsonSchema } } } },
    responses: {
        201: { description: 'Registered', content: workflowContent },
        200: { description: 'Was registered already', content: workflowContent },
        ...problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
});
const listRoute = createRoute({
    method: 'get',
    path: '/workflows',
    tags: ['Workflows'],
    operationId: 'listWorkflows',
    summary: 'The registered workflows, every version',
    responses: {
        200: {
            description: 'The workflows',
            content: { 'application/json': { schema: z.object({ workflows: z.array(summarySchema) }) } },
        },
        ...problems(401),
    },
});
const newestRoute = createRoute({
    method: 'get',
    path: '/workflows/{name}',
    tags: ['Workflows'],
    operationId: 'getWorkflow',
    summary: 'The newest version of a workflow',
    request: { params: z.object({ name }) },
    responses: { 200: { description: 'The workflow', content: workflowContent }, ...problems(401, 404) },
});
const versionRoute = createRoute({
    method: 'get',
    path: '/workflows/{name}/versions/{version}',
    tags: ['Workflows'],
    operationId: 'getWorkflowVersion',
    summary: 'One version of a workflow',
    request: { params: z.object({ name, version: z.string().meta({ example: '1.0.0' }) }) },
    responses: { 200: { description: 'The workflow', content: workflowContent }, ...problems(401, 404) },
});
const diagramRoute = createRoute({
    method: 'get',
    path: '/workflows/{name}/diagram',
    tags: ['Workflows'],
    operationId: 'getWorkflowDiagram',
    summary: 'The steps of the newest version as a graph',
    request: { params: z.object({ name }), query: formatQuery(['mermaid', 'dot']) },
    responses: { 200: drawingContent, ...problems(401, 404, 422) },
});
export function workflowRoutes(app, { troupe }) {
    app.openapi(registerRoute, async (c) => {
        requireAdmin(c);
        const { workflow, created } = await troupe.registerWorkflow(toDefinition(c.req.valid('json')));
        if (!created)
            return c.json(viewOf(workflow), 200);
        const { definition } = workflow;
        const path = `/workflows/${encodeURIComponent(definition.name)}/versions/${encodeURIComponent(definition.version)}`;
        return c.json(viewOf(workflow), 201, { Location: path });
    });
    app.openapi(listRoute, (c) => c.json({ workflows: troupe.listWorkflows().map(summaryOf) }, 200));
    app.openapi(newestRoute, (c) => c.json(viewOf(troupe.getWorkflow(c.req.valid('param').name)), 200));
    app.openapi(versionRoute, (c) => {
        const { name, version } = c.req.valid('param');
        return c.json(viewOf(troupe.getWorkflow(name, version)), 200);
    });
    app.openapi(diagramRoute, (c) => {
        const workflow = troupe.getWorkflow(c.req.valid('param').name);
        return c.text(workflowDiagram(workflow, c.req.valid('query').format), 200);
    });
}
function summaryOf({ definition, hash }) {
    const { name, namespace, version, description, steps } = definition;
    return { name, namespace, version, hash, description, stepCount: steps.length };
}
function viewOf(workflow) {
    const { input, steps } = workflow.definition;
    return { ...summaryOf(workflow), input, steps };
}
