import { expect, test } from 'vitest';
import { start } from './server.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { properties?: Record<string, object>; additionalProperties?: boolean }>
    >;
    readonly securitySchemes?: object;
  };
}

/** The page's own paths are no part of the API. */
const PAGE = /^\/(?:|ui|ui\/\*|assets\/\*)$/;

async function documentOf(keyed: boolean): Promise<Document> {
  const server = await start({ keyed });
  return (await (await server.get('/openapi.json')).json()) as Document;
}

test('every route is in the document, described, with the shape of its answers', async () => {
  const { app } = await start();
  const document = (await (await app.request('/openapi.json')).json()) as Document;
  expect(document.openapi).toBe('3.1.0');
  expect(document.info.version).toBe('1.2.3');

  const served = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !PAGE.test(path) && path !== '/openapi.json')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...new Set(served)].sort()).toEqual(described.sort());

  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  for (const { operationId, summary, responses } of operations) {
    expect(operationId).toBeTruthy();
    expect(summary).toBeTruthy();
    for (const response of Object.values(responses)) expect(response.content).toBeDefined();
  }
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
});

test('the document states the limits that are enforced', async () => {
  const { components } = await documentOf(false);
  const request = components.schemas.TaskRequest;
  expect(request?.additionalProperties).toBe(false);
  expect(request?.properties).toMatchObject({
    // A name, and a namespace and a slash before it.
    name: { maxLength: 511 },
    tenantId: { maxLength: 50 },
    payload: { type: 'object' },
    priority: { minimum: 1, maximum: 10, default: 5 },
    delaySeconds: { minimum: 0, maximum: 315_576_000 },
    dependencies: { maxItems: 10_000 },
  });
});

test('the document asks for keys where there are keys', async () => {
  expect((await documentOf(true)).components.securitySchemes).toHaveProperty('bearer');
  expect((await documentOf(false)).components.securitySchemes).toBeUndefined();
});
