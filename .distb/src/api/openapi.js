/** The OpenAPI 3.1 document, and the index that leads to it. */
const DESCRIPTION = 'Durable tasks made of steps, each an XState statechart. JSON in and out; times are ISO 8601 UTC. Errors are ' +
    'RFC 9457 problems that list everything wrong with a request at once; match on their `code`.';
const LINKS = [
    '/openapi.json',
    '/tasks',
    '/workflows',
    '/machines',
    '/events',
    '/webhooks',
    '/health/status',
    '/metrics',
];
/** Last, since it is made of the routes registered so far. */
export function serveDocument(app, { version, keyed }) {
    if (keyed) {
        const scheme = (name, definition) => app.openAPIRegistry.registerComponent('securitySchemes', name, definition);
        scheme('bearer', { type: 'http', scheme: 'bearer' });
        scheme('apiKey', { type: 'apiKey', in: 'header', name: 'X-Api-Key' });
    }
    let document = null;
    app.get('/openapi.json', (c) => {
        document ??= JSON.stringify(app.getOpenAPI31Document({
            openapi: '3.1.0',
            info: { title: 'Troupe', version, description: DESCRIPTION },
            ...(keyed ? { security: [{ bearer: [] }, { apiKey: [] }] } : {}),
        }));
        return c.body(document, 200, { 'Content-Type': 'application/json' });
    });
    app.get('/', (c) => c.json({ name: 'troupe', version, links: LINKS }));
}
