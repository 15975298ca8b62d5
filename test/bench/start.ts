/** From the start of the installed program, as `npm start` does it, on an empty folder, to the first request served. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Figures, inFolder, median } from './measure.ts';
import { costsOfProcesses } from './other-process.ts';
import { section } from './section.ts';

/** Beside this script, as compiled. */
const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

interface Start {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMemoryMb: number;
}

const start = (): Promise<Start> =>
  inFolder(async (folder) => {
    const started = performance.now();
    const server = spawn(process.execPath, [MAIN, 'dev', '--examples', '--port', '0'], { cwd: folder });
    let said = '';
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    try {
      while (!(await isReady(said))) {
        if (server.exitCode !== null) throw new Error(`the server ended: ${said}`);
        await pause(1);
      }
      const ms = performance.now() - started;
      return { ms, ...costsOfProcesses(server.pid === undefined ? [] : [server.pid]) };
    } finally {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    }
  });

async function isReady(said: string): Promise<boolean> {
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
  if (url === undefined) return false;
  const answer = await fetch(`${url}/health/ready`).catch(() => null);
  return answer?.ok === true;
}

await section({ starts: 5 }, async ({ starts }): Promise<Figures> => {
  const all: Start[] = [];
  while (all.length < starts) all.push(await start());
  return {
    startReadyMs: median(all.map(({ ms }) => ms)),
    startCpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    startPeakMemoryMb: median(all.map(({ peakMemoryMb }) => peakMemoryMb)),
  };
});
