/**
 * The page: its document at `/` and at every path below `/ui`, which the page reads itself, and its assets. Who asks
 * `/` for anything but a document gets the index of the API instead.
 */

import type { Context } from 'hono';
import type { Api, ApiEnv } from '../context.ts';
import { PAGE_DOCUMENT, type PageFile, type PageFiles } from '../page-files.ts';
import { httpNo } from '../problem.ts';

const NOT_BUILT = 'The page was not built: run "npm run build" and start the server again.\n';

const LINKS = [
  '/openapi.json',
  '/overview',
  '/me',
  '/tasks',
  '/approvals',
  '/workflows',
  '/machines',
  '/events',
  '/inspection',
  '/webhooks',
  '/health/status',
  '/metrics',
];

export function pageRoutes(app: Api, page: PageFiles | null, version: string): void {
  const index = page?.get(PAGE_DOCUMENT);
  const document = (c: Context<ApiEnv>): Response =>
    index === undefined ? c.text(NOT_BUILT, 404) : answer(c, index);

  app.get('/', (c) => {
    c.header('Vary', 'Accept');
    if (c.req.header('accept')?.includes('text/html')) return document(c);
    return c.json({ name: 'troupe', version, page: index !== undefined, links: LINKS });
  });
  app.get('/ui', document);
  app.get('/ui/*', document);
  app.get('/assets/*', (c) => {
    const file = page?.get(c.req.path.slice(1));
    if (file !== undefined) return answer(c, file);
    throw httpNo('NO_SUCH_ASSET', `The page has nothing at ${c.req.path}: reload it.`);
  });
}

function answer(c: Context<ApiEnv>, { headers, etag, body, gzipped }: PageFile): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  c.header('ETag', etag);
  c.header('Vary', 'Accept, Accept-Encoding');
  if (c.req.header('if-none-match') === etag) return c.body(null, 304);
  if (!/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(body);
  c.header('Content-Encoding', 'gzip');
  return c.body(gzipped);
}
