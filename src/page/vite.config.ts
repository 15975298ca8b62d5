/** Builds the page into `dist/page`; `npm run page` serves it from its sources, with a server of Troupe's behind it. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const SERVER = process.env['TROUPE_URL'] ?? 'http://127.0.0.1:7070';
const API = [
  '/tasks',
  '/approvals',
  '/workflows',
  '/machines',
  '/events',
  '/webhooks',
  '/overview',
  '/me',
  '/inspection',
  '/health',
];

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    outDir: fileURLToPath(new URL('../../dist/page', import.meta.url)),
    emptyOutDir: true,
    // Nothing inline: the page is served with a policy that forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: Object.fromEntries(API.map((path) => [path, SERVER])) },
});
