/** These functions run the command in this process, a tenth of the work where the process is not what is tried. */

import { vi } from 'vitest';
import { runCommand } from '../../src/cli/program.ts';
import { inheritedEnvironment, type Ran, type RunOptions } from './process.ts';

type Options = Pick<RunOptions, 'cwd' | 'env'>;

/** Commands wait for each other: outputs, folder and environment belong to the whole process. */
let last: Promise<unknown> = Promise.resolve();

export function runInProcess(args: readonly string[], options: Options = {}): Promise<Ran> {
  const ran = last.then(() => run(args, options));
  last = ran.catch(() => undefined);
  return ran;
}

async function run(args: readonly string[], { cwd, env }: Options): Promise<Ran> {
  const before = { exitCode: process.exitCode, cwd: process.cwd(), env: process.env };
  const stdout = captured(process.stdout);
  const stderr = captured(process.stderr);
  process.exitCode = undefined;
  process.env = { ...inheritedEnvironment(), ...env };
  try {
    if (cwd !== undefined) process.chdir(cwd);
    await runCommand([process.execPath, 'troupe', ...args]);
    return { code: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
    stdout.restore();
    stderr.restore();
  }
}

function captured(stream: NodeJS.WriteStream): { text(): string; restore(): void } {
  let text = '';
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  return { text: () => text, restore: () => spy.mockRestore() };
}
