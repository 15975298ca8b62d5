/**
 * A section of the benchmark is a script with a process of its own, so that its memory and its compiled code are its
 * own too. `npm run bench` compiles them first: a loader in the process would be measured as well.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SMALL_HEAP } from '../../src/cli/small-heap.ts';
import type { Figures } from './measure.ts';

export type Sizes = Readonly<Record<string, number>>;

/** The result of one run: its figures, or why there are none. */
export type Result = { readonly section: string; readonly sizes: Sizes } & (
  | { readonly figures: Figures }
  | { readonly error: string }
);

/** Runs the section with the sizes given as flags, and sends its figures to whoever started it, or prints them. */
export async function section<S extends Sizes>(
  defaults: S,
  run: (sizes: S) => Promise<Figures>,
): Promise<void> {
  const options = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, { type: 'string' as const }]),
  );
  const { values } = parseArgs({ options });
  const given = Object.entries(values).map(([name, value]) => [name, Number(value)]);
  const figures = await run({ ...defaults, ...Object.fromEntries(given) });
  if (process.send === undefined) console.log(linesOf(figures).join('\n'));
  else process.send(figures, () => process.disconnect());
}

/** A script beside this one, compiled if this one is. */
export const scriptOf = (name: string): string =>
  fileURLToPath(new URL(`${name}${extname(import.meta.url)}`, import.meta.url));

/** Ours runs as the server does; a peer's is not compiled, and gets the library as it is installed. */
const optionsFor = (script: string): string[] =>
  script.endsWith('.js')
    ? [SMALL_HEAP]
    : ['tsx', './from-dist.mjs'].flatMap((loader) => ['--import', import.meta.resolve(loader)]);

/** Runs the script of a section in a process of its own. */
export async function runSection(script: string, sizes: Sizes, node = process.execPath): Promise<Figures> {
  const args = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = fork(script, args, {
    execArgv: optionsFor(script),
    execPath: node,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let figures: Figures | null = null;
  child.on('message', (message) => {
    figures = message as Figures;
  });
  const [code] = await once(child, 'exit');
  if (figures === null) throw new Error(`${script} ended (${code}) and had no figures`);
  return figures;
}

export const linesOf = (figures: Figures): string[] =>
  Object.entries(figures).map(
    ([name, value]) => `${name.padEnd(30)} ${value.toFixed(Math.abs(value) < 10 ? 3 : 0)}`,
  );
