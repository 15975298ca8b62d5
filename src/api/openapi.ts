/** The OpenAPI 3.1 document. */

import type { Api } from './context.ts';

const DESCRIPTION =
  'Durable tasks made of steps, each an XState statechart. JSON in and out; times are ISO 8601 UTC. Errors are ' +
  'RFC 9457 problems that list everything wrong with a request at once; match on their `code`.';

/** Last, since it is made of the routes registered so far. */
export function serveDocument(app: Api, { version, keyed }: { version: string; keyed: boolean }): void {
  if (keyed) {
    const scheme = (name: string, definition: Parameters<typeof app.openAPIRegistry.registerComponent>[2]) =>
      app.openAPIRegistry.registerComponent('securitySchemes', name, definition);
    scheme('bearer', { type: 'http', scheme: 'bearer' });
    scheme('apiKey', { type: 'apiKey', in: 'header', name: 'X-Api-Key' });
  }
  let document: string | null = null;
  app.get('/openapi.json', (c) => {
    document ??= JSON.stringify(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: { title: 'Troupe', version, description: DESCRIPTION },
        ...(keyed ? { security: [{ bearer: [] }, { apiKey: [] }] } : {}),
      }),
    );
    return c.body(document, 200, { 'Content-Type': 'application/json' });
  });
}
