/** Registering workflows, which are immutable from then on, and reading them. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { workflowSvg } from '../../view/svg.ts';
import { workflowDiagram } from '../../view/workflow-diagram.ts';
import type { CompiledWorkflow, WorkflowDefinition } from '../../workflow/definition.ts';
import { type FileFormat, type FileOptions, loadWorkflow } from '../../workflow/file.ts';
import { toDefinition, workflowJsonSchema } from '../../workflow/from-json.ts';
import { unfilledFaults } from '../../workflow/json/variables.ts';
import { invalid, strict } from '../../workflow/parse.ts';
import { requireAdmin } from '../auth.ts';
import type { Api, ApiEnv, ApiParts } from '../context.ts';
import { drawingContent, GRAPH_FORMATS, graphSchema, svgAnswer } from '../drawings.ts';
import { formatField } from '../params.ts';
import { HttpProblem, problems } from '../problem.ts';

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

const portsSchema = z
  .array(z.object({ name: z.string(), type: z.string().nullable() }))
  .readonly()
  .optional();

const workflowSchema = summarySchema
  .extend({
    input: z.record(z.string(), z.unknown()).nullable().meta({ description: 'JSON Schema of the payload' }),
    steps: z
      .array(
        z.object({
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
          condition: z.record(z.string(), z.unknown()).optional(),
          failuresAs: z.string().optional().meta({ description: 'A failure handler: the key of its list' }),
          http: z
            .object({
              method: z.string(),
              url: z.string(),
              headers: z.record(z.string(), z.string()),
              body: z.unknown(),
            })
            .optional(),
          inputs: portsSchema,
          outputs: portsSchema,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Workflow' });

const workflowContent = { 'application/json': { schema: workflowSchema } };
const name = z.string().meta({ description: "The workflow's name" });
const versionField = z.string().optional().meta({ description: 'The newest unless given' });

/** `application/yaml` is RFC 9512, `text/markdown` RFC 7763; the others are what tools send. */
const FILE_FORMATS: Readonly<Record<string, FileFormat>> = {
  'application/yaml': 'yaml',
  'application/x-yaml': 'yaml',
  'text/yaml': 'yaml',
  'text/x-yaml': 'yaml',
  'text/markdown': 'markdown',
};
/** Whoever sends a file over HTTP is not to read the environment of the server with it. */
const NOTHING_OF_OURS: FileOptions = { environment: null, variables: null };
const fileContent = { schema: z.string().meta({ description: 'A workflow file' }) };

const registerRoute = createRoute({
  method: 'post',
  path: '/workflows',
  tags: ['Workflows'],
  operationId: 'registerWorkflow',
  summary: 'Register a workflow',
  description:
    'As JSON with the keys of a YAML workflow file, or as a YAML or Markdown file itself, whose problems come with ' +
    'line and column. Environments are not applied, and references to ENV refused. ' +
    'A version never changes: the same content again answers 200, other content under the same name and version ' +
    '409. With API keys, only an admin may.',
  request: {
    body: {
      required: true,
      content: {
        'application/json': { schema: workflowJsonSchema },
        ...Object.fromEntries(Object.keys(FILE_FORMATS).map((type) => [type, fileContent])),
      },
    },
  },
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
  summary: 'The steps as a graph',
  request: {
    params: z.object({ name }),
    query: strict({ format: formatField(GRAPH_FORMATS), version: versionField }),
  },
  responses: { 200: drawingContent, ...problems(401, 404, 422) },
});

const graphRoute = createRoute({
  method: 'get',
  path: '/workflows/{name}/graph',
  tags: ['Workflows'],
  operationId: 'getWorkflowGraph',
  summary: 'The steps, placed for drawing',
  request: { params: z.object({ name }), query: strict({ version: versionField }) },
  responses: {
    200: { description: 'Nodes and edges', content: { 'application/json': { schema: graphSchema } } },
    ...problems(401, 404, 422),
  },
});

export function workflowRoutes(app: Api, { troupe, drawings }: ApiParts): void {
  const register = async (c: Context<ApiEnv>, definition: WorkflowDefinition) => {
    const { workflow, created } = await troupe.registerWorkflow(definition);
    if (!created) return c.json(viewOf(workflow), 200);
    const { name, version } = workflow.definition;
    const path = `/workflows/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;
    return c.json(viewOf(workflow), 201, { Location: path });
  };

  // Ahead of the route, which reads JSON; the document shows both.
  app.post('/workflows', async (c, next) => {
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type === undefined || type.endsWith('json')) return next();
    requireAdmin(c);
    return register(c, loadWorkflow(await c.req.text(), formatOfType(type), NOTHING_OF_OURS));
  });

  app.openapi(registerRoute, async (c) => {
    requireAdmin(c);
    const body = c.req.valid('json');
    const faults = unfilledFaults(body);
    if (faults.length > 0) throw invalid('INVALID_WORKFLOW', 'the workflow', faults);
    return register(c, toDefinition(body));
  });

  app.openapi(listRoute, (c) => c.json({ workflows: troupe.listWorkflows().map(summaryOf) }, 200));

  app.openapi(newestRoute, (c) => c.json(viewOf(troupe.getWorkflow(c.req.valid('param').name)), 200));

  app.openapi(versionRoute, (c) => {
    const { name, version } = c.req.valid('param');
    return c.json(viewOf(troupe.getWorkflow(name, version)), 200);
  });

  app.openapi(diagramRoute, async (c) => {
    const { format, version } = c.req.valid('query');
    const workflow = troupe.getWorkflow(c.req.valid('param').name, version);
    if (format !== 'svg') return c.text(workflowDiagram(workflow, format), 200);
    return svgAnswer(c, workflowSvg(await drawings.workflows.of(workflow)));
  });

  app.openapi(graphRoute, async (c) => {
    const workflow = troupe.getWorkflow(c.req.valid('param').name, c.req.valid('query').version);
    return c.json(await drawings.workflows.of(workflow), 200);
  });
}

function formatOfType(type: string): FileFormat {
  const format = FILE_FORMATS[type];
  if (format !== undefined) return format;
  const known = ['application/json', ...Object.keys(FILE_FORMATS)].join(', ');
  throw new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', `Send a workflow as one of ${known}; not ${type}.`);
}

function summaryOf({ definition, hash }: CompiledWorkflow): z.output<typeof summarySchema> {
  const { name, namespace, version, description, steps } = definition;
  return { name, namespace, version, hash, description, stepCount: steps.length };
}

function viewOf(workflow: CompiledWorkflow): z.output<typeof workflowSchema> {
  const { input, steps } = workflow.definition;
  return { ...summaryOf(workflow), input, steps };
}
