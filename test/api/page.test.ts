/** The page's files over HTTP: the policy they come under, how they are kept, and that nothing else is sent. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src/api/listen.ts';
import { readPage } from '../../src/api/page-files.ts';
import { temporaryFolder } from '../support.ts';
import { problemIn, type Server, start } from './server.ts';

const DOCUMENT = '<!doctype html><script type="module" src="/assets/main-1a2b.js"></script>';
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2_000))});`;
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function startWithPage(keyed = false): Promise<Server> {
  const folder = join(temporaryFolder(), 'page');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), DOCUMENT);
  writeFileSync(join(folder, 'assets', 'main-1a2b.js'), SCRIPT);
  writeFileSync(join(folder, '..', 'secret.txt'), 'secret');
  return start({ keyed, page: readPage(folder) });
}

test('the document is at / and at every path of the page, before there is a key', async () => {
  const server = await startWithPage(true);
  for (const path of ['/', '/ui', '/ui/tasks/01a', '/ui/anything/else?view=graph']) {
    const response = await server.get(path, HTML);
    expect(response.status, path).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toBe(DOCUMENT);
  }
  expect((await server.get('/tasks', HTML)).status).toBe(401);
});

test('the document allows its own scripts and styles and the API, and nothing else', async () => {
  const server = await startWithPage();
  const { headers } = await server.get('/', HTML);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
});

test('assets are kept for ever, the document is asked for again and not sent twice', async () => {
  const server = await startWithPage();
  const asset = await server.get('/assets/main-1a2b.js');
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  const document = await server.get('/', HTML);
  expect(document.headers.get('cache-control')).toBe('no-cache');
  const etag = document.headers.get('etag') ?? '';
  const again = await server.get('/', { ...HTML, 'if-none-match': etag });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
});

test('files are compressed for who takes that', async () => {
  const server = await startWithPage();
  const plain = await server.get('/assets/main-1a2b.js');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await plain.text()).toBe(SCRIPT);
  const small = await server.get('/assets/main-1a2b.js', { 'accept-encoding': 'br, gzip' });
  expect(small.headers.get('content-encoding')).toBe('gzip');
  expect(small.headers.get('vary')).toContain('Accept-Encoding');
  expect(gunzipSync(Buffer.from(await small.arrayBuffer())).toString()).toBe(SCRIPT);
});

test('no path leads out of the folder', async () => {
  const server = await startWithPage();
  const listening = await listen(server.app, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => listening.close());
  // As they are: fetch would tidy them up.
  const raw = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = httpRequest({ host: '127.0.0.1', port: listening.port, path }, (response) => {
        let text = String(response.statusCode);
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      });
      asked.on('error', reject).end();
    });
  for (const path of [
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets//etc/passwd',
    '/assets/main-1a2b.js%00.html',
    '/assets/',
    '/assets/constructor',
  ]) {
    expect(await raw(path), path).toMatch(/^40[04]/);
  }
});

test('what is no asset is a problem like any other', async () => {
  const server = await startWithPage();
  expect(await problemIn(await server.get('/assets/gone.js'))).toMatchObject({
    status: 404,
    code: 'NO_SUCH_ASSET',
  });
});

test('who asks / for no document gets the index of the API', async () => {
  const server = await startWithPage();
  for (const accept of ['*/*', 'application/json']) {
    const response = await server.get('/', { accept });
    expect(response.headers.get('vary')).toContain('Accept');
    expect(await response.json()).toMatchObject({ name: 'troupe', page: true });
  }
});

test('a page that was not built says in one line how to build it', async () => {
  const server = await start({ page: readPage(join(temporaryFolder(), 'nothing')) });
  const response = await server.get('/', HTML);
  expect(response.status).toBe(404);
  expect((await response.text()).trim()).toBe(
    'The page was not built: run "npm run build" and start the server again.',
  );
});
