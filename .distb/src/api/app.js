/**
 * The HTTP interface: every route over one engine, with one way of reading requests, telling callers apart and
 * saying no. The OpenAPI document is made of the very schemas that validate.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { LIMITS } from "../workflow/definition.js";
import { faultsOf, invalid } from "../workflow/parse.js";
import { authenticate } from "./auth.js";
import { readBody } from "./body.js";
import { serveDocument } from "./openapi.js";
import { HttpProblem, internalProblem, problemOf } from "./problem.js";
import { eventRoutes } from "./routes/events.js";
import { healthRoutes } from "./routes/health.js";
import { historyRoutes } from "./routes/history.js";
import { machineRoutes } from "./routes/machines.js";
import { submitRoutes } from "./routes/submit.js";
import { taskRoutes } from "./routes/tasks.js";
import { verbRoutes } from "./routes/verbs.js";
import { webhookRoutes } from "./routes/webhooks.js";
import { workflowRoutes } from "./routes/workflows.js";
const INVALID = {
    json: ['INVALID_BODY', 'the body'],
    form: ['INVALID_BODY', 'the body'],
    query: ['INVALID_QUERY', 'the query'],
    param: ['INVALID_PATH', 'the path'],
    header: ['INVALID_HEADER', 'a header'],
    cookie: ['INVALID_HEADER', 'a cookie'],
};
export function createApp({ troupe, keys, version, limits, ...options }) {
    const parts = {
        troupe,
        limits: { bodyBytes: LIMITS.bodyBytes, eventStreams: 1_000, ...limits },
        heartbeatMs: options.heartbeatMs ?? 15_000,
        onError: options.onError ?? ((error) => console.error(error)),
    };
    const app = new OpenAPIHono({
        defaultHook: (result) => {
            if (result.success)
                return;
            const [code, what] = INVALID[result.target];
            throw invalid(code, what, faultsOf(result.error));
        },
    });
    sayNo(app, parts.onError);
    app.use(methodNotAllowed({ app, onMethodNotAllowed: answerMethod }));
    app.use(authenticate(keys), readBody(parts.limits.bodyBytes));
    submitRoutes(app, parts);
    taskRoutes(app, parts);
    historyRoutes(app, parts);
    verbRoutes(app, parts);
    workflowRoutes(app, parts);
    machineRoutes(app);
    eventRoutes(app, parts);
    webhookRoutes(app, parts);
    healthRoutes(app, parts);
    serveDocument(app, { version, keyed: keys !== null });
    return app;
}
function sayNo(app, onError) {
    app.onError(async (error, c) => {
        const problem = await problemOf(error, c);
        if (problem !== null)
            return problem;
        onError(error, { method: c.req.method, path: c.req.path });
        return internalProblem();
    });
    app.notFound(async (c) => {
        const problem = new HttpProblem(404, 'NO_SUCH_ROUTE', `There is nothing at ${c.req.path}; see /openapi.json.`);
        return (await problemOf(problem, c)) ?? internalProblem();
    });
}
/** A path that is there, asked with a method it does not have. */
async function answerMethod(c, methods) {
    const allow = { Allow: [...methods, 'OPTIONS'].join(', ') };
    if (c.req.method === 'OPTIONS')
        return new Response(null, { status: 204, headers: allow });
    const detail = `${c.req.path} does not take ${c.req.method}, only ${methods.join(', ')}.`;
    return (await problemOf(new HttpProblem(405, 'METHOD_NOT_ALLOWED', detail, allow), c)) ?? internalProblem();
}
