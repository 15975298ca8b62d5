/** Registering workflows, which are immutable from then on, and reading them. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { workflowSvg } from '../../view/svg.ts';
import { workflowDiagram } from '../../view/workflow-diagram.ts';
import type { CompiledWorkflow, WorkflowDefinition } from '../../workflow/definition.ts';
import { type FileFormat, type FileOptions, loadWorkflow, type WorkflowSource } from '../../workflow/file.ts';
import { toDefinition, workflowJsonSchema } from '../../workflow/from-json.ts';
import { unfilledFaults } from '../../workflow/json/variables.ts';
import { invalid, strict } from '../../workflow/parse.ts';
import { requireAdmin } from '../auth.ts';
import type { Api, ApiEnv, ApiParts } from '../context.ts';
import { drawingContent, GRAPH_FORMATS, graphSchema, svgAnswer } from '../drawings.ts';
import { formatField, formatQuery } from '../params.ts';
import { HttpProblem, problems } from '../problem.ts';
import {
  summaryOf,
  summarySchema,
  type WorkflowView,
  workflowSchema,
  workflowView,
} from '../workflow-views.ts';

const workflowContent = { 'application/json': { schema: workflowSchema } };
/** In which form a workflow is told: as it is understood, or as it was written. */
const FORMS = ['json', 'source'] as const;
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
const SOURCE_TYPES = { yaml: 'application/yaml', markdown: 'text/markdown' } as const;
const anyForm = {
  ...workflowContent,
  [SOURCE_TYPES.yaml]: fileContent,
  [SOURCE_TYPES.markdown]: fileContent,
};

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
  description: 'With `format=source` the file it was registered as.',
  request: { params: z.object({ name }), query: formatQuery(FORMS) },
  responses: { 200: { description: 'The workflow', content: anyForm }, ...problems(401, 404, 422) },
});

const versionRoute = createRoute({
  method: 'get',
  path: '/workflows/{name}/versions/{version}',
  tags: ['Workflows'],
  operationId: 'getWorkflowVersion',
  summary: 'One version of a workflow',
  description: 'With `format=source` the file it was registered as.',
  request: {
    params: z.object({ name, version: z.string().meta({ example: '1.0.0' }) }),
    query: formatQuery(FORMS),
  },
  responses: { 200: { description: 'The workflow', content: anyForm }, ...problems(401, 404, 422) },
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
  const viewOf = (workflow: CompiledWorkflow): WorkflowView =>
    workflowView(workflow, troupe.workflowSource(workflow.hash)?.format ?? null);
  const register = async (c: Context<ApiEnv>, definition: WorkflowDefinition, source?: WorkflowSource) => {
    const { workflow, created } = await troupe.registerWorkflow(definition, source);
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
    const source = { format: formatOfType(type), text: await c.req.text() };
    return register(c, loadWorkflow(source.text, source.format, NOTHING_OF_OURS), source);
  });

  app.openapi(registerRoute, async (c) => {
    requireAdmin(c);
    const body = c.req.valid('json');
    const faults = unfilledFaults(body);
    if (faults.length > 0) throw invalid('INVALID_WORKFLOW', 'the workflow', faults);
    return register(c, toDefinition(body));
  });

  app.openapi(listRoute, (c) => c.json({ workflows: troupe.listWorkflows().map(summaryOf) }, 200));

  const sourceOf = ({ hash, definition: { name, version } }: CompiledWorkflow): WorkflowSource => {
    const source = troupe.workflowSource(hash);
    if (source !== null) return source;
    throw new HttpProblem(
      404,
      'NO_SOURCE',
      `${name} ${version} was not registered as a file: ask for its JSON.`,
    );
  };

  app.openapi(newestRoute, (c) => {
    const workflow = troupe.getWorkflow(c.req.valid('param').name);
    if (c.req.valid('query').format === 'json') return c.json(viewOf(workflow), 200);
    return fileAnswer(c, sourceOf(workflow));
  });

  app.openapi(versionRoute, (c) => {
    const { name, version } = c.req.valid('param');
    const workflow = troupe.getWorkflow(name, version);
    if (c.req.valid('query').format === 'json') return c.json(viewOf(workflow), 200);
    return fileAnswer(c, sourceOf(workflow));
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

/** Told what it is, so that no browser takes it for a page. */
function fileAnswer(c: Context, { format, text }: WorkflowSource) {
  return c.body(text, 200, {
    'Content-Type': `${SOURCE_TYPES[format]}; charset=utf-8`,
    'X-Content-Type-Options': 'nosniff',
  });
}
