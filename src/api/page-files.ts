/**
 * The built page, read once and answered from memory: only what was in its folder is ever sent, so no path leads out
 * of it. Assets have their content's hash in their names and never change; the document is asked for again each time.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface PageFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/** By path below the folder, with `/` between: `index.html`, `assets/…`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

export const PAGE_DOCUMENT = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Own scripts and styles, own API, and nothing else: text that gets in as markup can do nothing. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** null when there is no page in the folder: it was not built. */
export function readPage(folder: string): PageFiles | null {
  if (statSync(join(folder, PAGE_DOCUMENT), { throwIfNoEntry: false }) === undefined) return null;
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [relative(folder, path).split(sep).join('/'), readFile(path)]));
}

function readFile(path: string): PageFile {
  const body = new Uint8Array(readFileSync(path));
  const isDocument = extname(path) === '.html';
  return {
    body,
    gzipped: new Uint8Array(gzipSync(body, { level: 9 })),
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
    headers: {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': isDocument ? 'no-cache' : 'public, max-age=31536000, immutable',
      ...(isDocument ? { 'Content-Security-Policy': POLICY, 'Referrer-Policy': 'no-referrer' } : {}),
    },
  };
}
