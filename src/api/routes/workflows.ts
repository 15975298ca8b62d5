/** Registering workflows, which are immutable from then on, and reading them. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Orchestrator } from '../../views/orchestrator.ts';
import { isLong, loadAside } from '../../workflow/aside.ts';
import type { CompiledWorkflow, WorkflowDefinition } from '../../workflow/definition.ts';
import type { FileOptions, WorkflowSource } from '../../workflow/file.ts';
import {
  type FileFormat,
  formatOfMediaType,
  MEDIA_TYPES,
  mediaTypeOf,
  type SourceType,
} from '../../workflow/file-format.ts';
import { toDefinition, workflowJsonSchema } from '../../workflow/from-json.ts';
import { shortName } from '../../workflow/identity.ts';
import { unfilledFaults } from '../../workflow/json/variables.ts';
import { invalid, strict } from '../../workflow/parse.ts';
import { requireAdmin } from '../auth.ts';
import type { Api, ApiEnv, ApiParts } from '../context.ts';
import { drawingAnswer, drawingContent, GRAPH_FORMATS, graphSchema } from '../drawings.ts';
import { jsonText } from '../json-text.ts';
import { formatField, formatQuery, workflowParams } from '../params.ts';
import { httpNo, problems } from '../problem.ts';
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
const versionField = z.string().optional().meta({ description: 'The current one unless given' });

/** Whoever sends a file over HTTP is not to read the environment of the server with it. */
const NOTHING_OF_OURS: FileOptions = { environment: null, variables: null };
const fileContent = { schema: z.string().meta({ description: 'A workflow file' }) };
const anyForm = {
  ...workflowContent,
  [mediaTypeOf('yaml')]: fileContent,
  [mediaTypeOf('markdown')]: fileContent,
} satisfies Record<'application/json' | SourceType, object>;

const registerRoute = createRoute({
  method: 'post',
  path: '/workflows',
  tags: ['Workflows'],
  operationId: 'registerWorkflow',
  summary: 'Register a workflow',
  description:
    'As JSON with the keys of a YAML workflow file, or as a YAML or Markdown file itself, whose problems come with ' +
    'line and column. Environments are not applied, and references to ENV refused. ' +
    'A version never changes: the same content again answers 200, other content under the same namespace, name and ' +
    'version 409. With API keys, only an admin may.',
  request: {
    body: {
      required: true,
      content: {
        'application/json': { schema: workflowJsonSchema },
        ...Object.fromEntries(MEDIA_TYPES.map((type) => [type, fileContent])),
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
  description: 'By namespace, name and version, the newest last.',
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
  summary: 'The current version of a workflow',
  description: 'The newest, unless another was set. With `format=source` the file it was registered as.',
  request: { params: workflowParams, query: formatQuery(FORMS) },
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
    params: workflowParams.extend({ version: z.string().meta({ example: '1.0.0' }) }),
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
    params: workflowParams,
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
  request: { params: workflowParams, query: strict({ version: versionField }) },
  responses: {
    200: { description: 'Nodes and edges', content: { 'application/json': { schema: graphSchema } } },
    ...problems(401, 404, 422),
  },
});

export function workflowRoutes(app: Api, { troupe }: ApiParts): void {
  registeringRoutes(app, troupe);
  readingRoutes(app, troupe);
  drawingRoutes(app, troupe);
}

function registeringRoutes(app: Api, troupe: Orchestrator): void {
  const register = async (c: Context<ApiEnv>, definition: WorkflowDefinition, source?: WorkflowSource) => {
    const { workflow, created } = await troupe.registerWorkflow(definition, source);
    const view = viewOf(troupe, workflow);
    if (!created) return c.json(view, 200);
    const { version } = workflow.definition;
    const path = `/workflows/${encodeURIComponent(shortName(workflow.definition))}/versions/${encodeURIComponent(version)}`;
    return c.json(view, 201, { Location: path });
  };

  // Ahead of the route, which reads JSON; the document shows both.
  app.post('/workflows', async (c, next) => {
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    const text = await c.req.text();
    const isLongJson = type === 'application/json' && isLong(text);
    if (type === undefined || (type.endsWith('json') && !isLongJson)) return next();
    requireAdmin(c);
    const options = NOTHING_OF_OURS;
    if (isLongJson) return register(c, await loadAside({ text, format: 'json', options }));
    const format = formatOfType(type);
    return register(c, await loadAside({ text, format, options }), { format, text });
  });

  app.openapi(registerRoute, async (c) => {
    requireAdmin(c);
    const body = c.req.valid('json');
    const faults = unfilledFaults(body);
    if (faults.length > 0) throw invalid('INVALID_WORKFLOW', 'the workflow', faults);
    return register(c, toDefinition(body));
  });
}

function readingRoutes(app: Api, troupe: Orchestrator): void {
  app.openapi(listRoute, (c) => {
    const workflows = troupe.listWorkflows();
    return c.json({ workflows: workflows.map((each) => summaryOf(each, standingOf(troupe, each))) }, 200);
  });

  app.openapi(newestRoute, (c) => {
    const workflow = troupe.getWorkflow(c.req.valid('param').name);
    if (c.req.valid('query').format === 'json') return c.json(viewOf(troupe, workflow), 200);
    return fileAnswer(c, sourceOf(troupe, workflow));
  });

  app.openapi(versionRoute, (c) => {
    const { name, version } = c.req.valid('param');
    const workflow = troupe.getWorkflow(name, version);
    if (c.req.valid('query').format === 'json') return c.json(viewOf(troupe, workflow), 200);
    return fileAnswer(c, sourceOf(troupe, workflow));
  });
}

function drawingRoutes(app: Api, troupe: Orchestrator): void {
  app.openapi(diagramRoute, async (c) => {
    const { format, version } = c.req.valid('query');
    const { hash: workflow } = troupe.getWorkflow(c.req.valid('param').name, version);
    const question = { ask: 'diagram', of: { workflow }, format } as const;
    return drawingAnswer(c, await troupe.answer(c.get('caller').scope, question), format);
  });

  app.openapi(graphRoute, async (c) => {
    const { hash: workflow } = troupe.getWorkflow(c.req.valid('param').name, c.req.valid('query').version);
    return jsonText(await troupe.answer(c.get('caller').scope, { ask: 'graph', of: { workflow } }));
  });
}

const standingOf = (troupe: Orchestrator, workflow: CompiledWorkflow) => ({
  names: troupe.namesOfWorkflow(workflow),
  current: troupe.isCurrentWorkflow(workflow),
});

const viewOf = (troupe: Orchestrator, workflow: CompiledWorkflow): WorkflowView =>
  workflowView(workflow, standingOf(troupe, workflow), troupe.workflowSource(workflow.hash)?.format ?? null);

function sourceOf(troupe: Orchestrator, { hash, definition }: CompiledWorkflow): WorkflowSource {
  const source = troupe.workflowSource(hash);
  if (source !== null) return source;
  throw httpNo(
    'NO_SOURCE',
    `${shortName(definition)} ${definition.version} was not registered as a file: ask for its JSON.`,
  );
}

function formatOfType(type: string): FileFormat {
  const format = formatOfMediaType(type);
  if (format !== null) return format;
  const known = ['application/json', ...MEDIA_TYPES].join(', ');
  throw httpNo('UNSUPPORTED_MEDIA_TYPE', `Send a workflow as one of ${known}; not ${type}.`);
}

/** Told what it is, so that no browser takes it for a page. */
function fileAnswer(c: Context, { format, text }: WorkflowSource) {
  return c.body(text, 200, {
    'Content-Type': `${mediaTypeOf(format)}; charset=utf-8`,
    'X-Content-Type-Options': 'nosniff',
  });
}
