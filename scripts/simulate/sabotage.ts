/**
 * Breaks a copy of the engine, one line at a time, and runs the crash matrix on it: a harness that finds nothing in a
 * broken engine would find nothing in a sound one.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Replacement {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const SABOTAGES: Readonly<Record<string, Replacement>> = {
  'the attempt token is not checked': {
    file: 'machines/step.ts',
    from: "!('token' in event) || event.token === context.token",
    to: 'true || event.type === context.token',
  },
  'jobs leave before the commit': {
    file: 'src/actors/engine.ts',
    from: 'return [values, batch.write()];',
    to: `const rows = batch.write();
        batch.committed(this.#timers);
        this.#gate.dispatch([...batch.dispatches.values()]);
        return [values, rows];`,
  },
  'a step starts one dependency early': {
    file: 'machines/task.ts',
    from: '(context.met[step] ?? 0) + 1 === needs &&',
    to: '(context.met[step] ?? 0) + 1 === Math.max(1, needs - 1) &&',
  },
  'what was sent is not sent again after a crash': {
    file: 'src/actors/engine.ts',
    from: 'of store.runningActors())',
    to: 'of store.runningActors().slice(0, 0))',
  },
};

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['src', 'machines', 'scripts', 'package.json', 'tsconfig.json'] as const;

/** Runs the crash matrix of a broken copy, made in an empty folder; true if it found something. */
export async function isCaught(sabotage: string, folder: string): Promise<boolean> {
  const replacement = SABOTAGES[sabotage];
  if (replacement === undefined) throw new Error(`there is no sabotage called ${sabotage}`);
  for (const part of COPIED) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { file, from, to } = replacement;
  const path = join(folder, file);
  const sound = readFileSync(path, 'utf8');
  const places = sound.split(from).length - 1;
  if (places !== 1) throw new Error(`${file} has the line to break ${places} times: ${from}`);
  writeFileSync(
    path,
    sound.replace(from, () => to),
  );
  const args = ['--import', 'tsx', 'scripts/simulate.ts', '--seeds', '0', '--first'];
  const run = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  run.stderr.on('data', (data: Buffer) => said.push(data));
  const [code] = (await once(run, 'exit')) as [number | null];
  const text = Buffer.concat(said).toString();
  // A copy that does not even start has not been caught by the harness.
  if (code !== 0 && !text.includes(FOUND)) throw new Error(`it did not run: ${text}`);
  return code === 1;
}

/** In what is said of every finding, so that one can be told from a program that failed. */
export const FOUND = 'found:';
