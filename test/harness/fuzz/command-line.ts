/** Arguments of the command: it ends with 0, 1 or 2, tells no stack, and sends no escape to the terminal. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Door } from './door.ts';
import { nastyText } from './inputs.ts';

/** Controls but line feeds and tabs, and characters that reorder what is read. */
const ESCAPES = /[^\P{Cc}\n\t]|\u202e/u;

const MAIN = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));
const WORDS = [
  'serve',
  'submit',
  'tasks',
  'show',
  'list',
  'validate',
  'run',
  'sessions',
  'summary',
  'diagram',
  'machines',
  'snapshot',
  'export',
  'verify',
  'backup',
  'prune',
  'doctor',
  'keys',
  'create',
  '--json',
  '--db',
  '--url',
  '--file',
  '--tenant',
  '--print-config',
  '--port',
  '--payload',
  '--help',
  '--',
  '-x',
];

const args = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...WORDS) }, nastyText), {
  minLength: 1,
  maxLength: 6,
});

/** No server is there to be reached; `serve` never gets as far as starting one. */
const ENV = { ...process.env, TROUPE_URL: 'http://127.0.0.1:9', TROUPE_PORT: 'none', NO_COLOR: '1' };

export function commandDoor(folder: string): Door<string[]> {
  return {
    name: 'command line',
    inputs: args.map((words) => words.map((word) => word.replaceAll('\0', ''))),
    async enter(words) {
      const { code, text } = await run(words, folder);
      if (code === null || code > 2) throw new Error(`ended with ${code}: ${text.slice(0, 500)}`);
      if (/^\s+at .*\(.*:\d+:\d+\)/m.test(text)) throw new Error(`told a stack: ${text.slice(0, 500)}`);
      if (ESCAPES.test(text)) throw new Error(`sent an escape: ${JSON.stringify(text.slice(0, 300))}`);
      return `exit ${code}`;
    },
    close: async () => undefined,
  };
}

function run(words: readonly string[], cwd: string): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...words], {
      cwd,
      env: ENV,
      timeout: 9_000,
    });
    const chunks: Buffer[] = [];
    child.stdin.end();
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => resolve({ code, text: Buffer.concat(chunks).toString() }));
  });
}
