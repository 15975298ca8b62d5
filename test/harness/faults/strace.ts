/**
 * A real process at the mercy of strace: what it tells the kernel is recorded, or the kernel's answers are forged.
 * An attached strace can be taken off again, so that a fault has an end.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Why real faults cannot be made here, or null. */
export function hindrance(): string | null {
  const tried = spawnSync('strace', ['-f', '-qq', '-e', 'trace=none', 'true'], { encoding: 'utf8' });
  if (tried.error !== undefined)
    return 'strace is not installed (apt-get install strace): real faults are not tried';
  if (tried.status !== 0)
    return `strace may not trace here (${tried.stderr.trim()}): real faults are not tried`;
  return null;
}

/** Only what is traced is slowed down. `-D` leaves the process our own child: its id and its exit are its own. */
export const traced = (output: string, options: readonly string[]): string[] => [
  'strace',
  '-D',
  '-f',
  '-q',
  '--seccomp-bpf',
  ...options,
  '-o',
  output,
];

export interface Fault {
  /** Returns its interventions so far, a line a call. */
  calls(): string;
  /** Resolves once the kernel answers the process truthfully again. */
  end(): Promise<void>;
}

/**
 * Forges answers of the kernel to a running process, e.g. `inject=fsync:error=EIO`; of calls on these paths, if any
 * are given. Resolves once it does.
 */
export async function inflict(
  pid: number,
  injections: readonly string[],
  paths: readonly string[] = [],
): Promise<Fault> {
  const which = paths.flatMap((path) => ['-P', path]);
  const what = injections.flatMap((injection) => ['-e', injection]);
  const strace = spawn('strace', ['-f', '-y', '-p', String(pid), '-s', '0', ...which, ...what]);
  let said = '';
  strace.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const exit = once(strace, 'exit');
  await attached(strace, () => said);
  return {
    calls: () => said,
    end: async () => {
      if (strace.exitCode === null) strace.kill('SIGINT');
      await exit;
    },
  };
}

function attached(strace: ChildProcess, said: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (/Process \d+ attached/.test(said())) resolve();
    };
    strace.stderr?.on('data', look);
    strace.once('exit', () => reject(new Error(`strace could not attach: ${said()}`)));
    look();
  });
}
