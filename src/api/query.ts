/** A query that a route does not take is refused: left out in silence, it would seem to have been heeded. */

import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { invalid, pointerTo } from '../workflow/parse.ts';
import type { Api, ApiEnv } from './context.ts';

/** Not of those that say which parameters they take: they refuse others themselves, with a hint. */
export function refuseQuery(app: Api): MiddlewareHandler<ApiEnv> {
  let takesNone: ReadonlySet<string> | null = null;
  return async (c, next) => {
    if (c.req.url.includes('?')) {
      takesNone ??= routesWithoutQuery(app);
      const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
      if (route !== undefined && takesNone.has(`${route.method} ${route.path}`)) {
        const names = [...new Set(new URL(c.req.url).searchParams.keys())];
        const faults = names.map((name) => ({
          pointer: pointerTo([name]),
          message: `unknown field ${JSON.stringify(name)}; ${route.method} ${route.path} takes no query`,
        }));
        if (faults.length > 0) throw invalid('INVALID_QUERY', 'the query', faults);
      }
    }
    await next();
  };
}

/** As Hono names them. The page reads its own queries, and is not among them. */
function routesWithoutQuery(app: Api): ReadonlySet<string> {
  const names = new Set(['GET /openapi.json']);
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route' || definition.route.request?.query !== undefined) continue;
    const { method, path } = definition.route;
    names.add(`${method.toUpperCase()} ${path.replaceAll(/\{([^}]+)\}/g, ':$1')}`);
  }
  return names;
}
