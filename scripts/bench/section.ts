/**
 * A section of the benchmark is a script with a process of its own, so that its memory and its compiled code are its
 * own too. `node --import tsx scripts/bench/<section>.ts --orders 500` runs it alone; `npm run bench` collects them.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { Figures } from './measure.ts';

export type Sizes = Readonly<Record<string, number>>;

/** Of one run: its figures, or why there are none. */
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

/** Runs the script of a section in a process of its own. */
export async function runSection(script: string, sizes: Sizes, node = process.execPath): Promise<Figures> {
  const args = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const loaders = [import.meta.resolve('tsx'), import.meta.resolve('./from-dist.mjs')];
  const execArgv = loaders.flatMap((loader) => ['--import', loader]);
  const child = fork(script, args, {
    execArgv,
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
