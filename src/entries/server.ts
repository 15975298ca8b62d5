/** `troupe/server`: a Troupe over HTTP, with its page and its API keys. */

export { type AppOptions, createApp } from '../api/app.ts';
export type { Api } from '../api/context.ts';
export { type WatchedKeys, type WatchOptions, watchKeys } from '../api/key-rotation.ts';
export { type Keys, loadKeys } from '../api/keys.ts';
export { type Listening, listen } from '../api/listen.ts';
export { type PageFiles, readPage } from '../api/page-files.ts';
export { HttpProblem } from '../api/problem.ts';
