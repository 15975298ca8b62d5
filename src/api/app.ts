/**
 * The HTTP interface: every route over one engine, with one way of reading requests, telling callers apart and
 * saying no. The OpenAPI document is made of the very schemas that validate.
 */

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { Orchestrator } from '../views/orchestrator.ts';
import { LIMITS } from '../workflow/definition.ts';
import { faultsOf, invalid } from '../workflow/parse.ts';
import { authenticate } from './auth.ts';
import { readBody } from './body.ts';
import type { Api, ApiEnv, ApiLimits, ApiParts } from './context.ts';
import { createEventStreams } from './event-streams.ts';
import type { Keys } from './keys.ts';
import { serveDocument } from './openapi.ts';
import type { PageFiles } from './page-files.ts';
import { httpNo, internalProblem, problemOf } from './problem.ts';
import { refuseQuery } from './query.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { currentWorkflowRoutes } from './routes/current-workflow.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoutes } from './routes/history.ts';
import { inspectionRoutes } from './routes/inspection.ts';
import { machineRoutes } from './routes/machines.ts';
import { meRoutes } from './routes/me.ts';
import { momentRoutes } from './routes/moment.ts';
import { overviewRoutes } from './routes/overview.ts';
import { pageRoutes } from './routes/page.ts';
import { signalRoutes } from './routes/signals.ts';
import { submitRoutes } from './routes/submit.ts';
import { taskRoutes } from './routes/tasks.ts';
import { verbRoutes } from './routes/verbs.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { workflowRoutes } from './routes/workflows.ts';

export interface AppOptions {
  readonly troupe: Orchestrator;
  /** null: everybody is the administrator. */
  readonly keys: Keys | null;
  readonly version: string;
  /** The built page; without it only the API is served. */
  readonly page?: PageFiles | null;
  readonly limits?: Partial<ApiLimits>;
  /** Silence after which an event stream gets a comment; 15 s unless given. */
  readonly heartbeatMs?: number;
  readonly onError?: ApiParts['onError'];
  /** Where people reach this server, once that is known; null: as the one who asks for links has. */
  readonly publicUrl?: () => string | null;
}

const INVALID = {
  json: ['INVALID_BODY', 'the body'],
  form: ['INVALID_BODY', 'the body'],
  query: ['INVALID_QUERY', 'the query'],
  param: ['INVALID_PATH', 'the path'],
  header: ['INVALID_HEADER', 'a header'],
  cookie: ['INVALID_HEADER', 'a cookie'],
} as const;

export function createApp({ troupe, keys, version, limits, page, ...options }: AppOptions): Api {
  const parts: ApiParts = {
    troupe,
    limits: {
      bodyBytes: LIMITS.bodyBytes,
      workflowBytes: LIMITS.workflowBytes,
      eventStreams: 1_000,
      ...limits,
    },
    heartbeatMs: options.heartbeatMs ?? 15_000,
    publicUrl: options.publicUrl ?? (() => null),
    onError: options.onError ?? ((error) => console.error(error)),
  };
  const app: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const [code, what] = INVALID[result.target];
      throw invalid(code, what, faultsOf(result.error));
    },
  });
  sayNo(app, parts.onError);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: answerMethod }));
  app.use(authenticate(keys), refuseQuery(app), readBody(parts.limits));

  submitRoutes(app, parts);
  taskRoutes(app, parts);
  historyRoutes(app, parts);
  verbRoutes(app, parts);
  signalRoutes(app, parts);
  approvalRoutes(app, parts);
  workflowRoutes(app, parts);
  currentWorkflowRoutes(app, parts);
  machineRoutes(app);
  momentRoutes(app, parts);
  overviewRoutes(app, parts);
  meRoutes(app);
  const open = createEventStreams(parts);
  eventRoutes(app, parts, open);
  inspectionRoutes(app, parts, open);
  webhookRoutes(app, parts);
  healthRoutes(app, parts);
  pageRoutes(app, page ?? null, version);
  serveDocument(app, { version, keyed: keys !== null });
  return app;
}

function sayNo(app: Api, onError: ApiParts['onError']): void {
  app.onError(async (error, c) => {
    const problem = await problemOf(error, c);
    if (problem !== null) return problem;
    onError(error, { method: c.req.method, path: c.req.path });
    return internalProblem();
  });
  app.notFound(async (c) => {
    const problem = httpNo('NO_SUCH_ROUTE', `There is nothing at ${c.req.path}; see /openapi.json.`);
    return (await problemOf(problem, c)) ?? internalProblem();
  });
}

/** A path that is there, asked with a method it does not have. */
async function answerMethod(c: Context, methods: string[]): Promise<Response> {
  const allow = { Allow: [...methods, 'OPTIONS'].join(', ') };
  if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: allow });
  const detail = `${c.req.path} does not take ${c.req.method}, only ${methods.join(', ')}.`;
  return (await problemOf(httpNo('METHOD_NOT_ALLOWED', detail, allow), c)) ?? internalProblem();
}
