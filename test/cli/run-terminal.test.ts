/** The live picture of a run, in a real terminal and read as a screen shows it. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LiveArea } from '../../src/cli/run/live-area.ts';
import { temporaryFolder } from '../support.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

const ESCAPE = '\u001b';
const TOKENS = new RegExp(`${ESCAPE}\\[[?]?\\d*[A-Za-z]|\\r|\\n|[^${ESCAPE}\\r\\n]+`, 'g');

/** Returns the final screen after lines, cursor up and erasing. Lines are written whole, from the left. */
function screenOf(written: string): string[] {
  let screen = [''];
  let row = 0;
  for (const [token] of written.replace(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '').matchAll(TOKENS)) {
    const [, count, command] = /^.\[(\d*)([AJ])$/.exec(token) ?? [];
    if (command === 'A') row = Math.max(0, row - Number(count));
    else if (command === 'J') screen = [...screen.slice(0, row), ''];
    else if (token === '\n') screen[++row] ??= '';
    else if (token !== '\r' && !token.startsWith(ESCAPE)) screen[row] = token;
  }
  return screen.map((line) => line.trimEnd());
}

describe('a live area', () => {
  function terminal() {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, rows: 10 });
    let written = '';
    stream.on('data', (text: string) => {
      written += text;
    });
    return { stream: stream as unknown as WriteStream, screen: () => screenOf(written) };
  }

  it('is gone when it stops; what was printed meanwhile stands above where it was', () => {
    const { stream, screen } = terminal();
    const area = new LiveArea(stream, () => 'one\ntwo');
    area.start([stream]);
    expect(screen()).toEqual(['one', 'two', '']);
    stream.write('a handler talks\n');
    expect(screen()).toEqual(['a handler talks', '']);
    area.stop();
    stream.write('the end\n');
    expect(screen()).toEqual(['a handler talks', 'the end', '']);
  });

  it('is never higher than the terminal', () => {
    const { stream, screen } = terminal();
    const area = new LiveArea(stream, () => 'line\n'.repeat(100));
    area.start([]);
    expect(screen()).toHaveLength(10);
    area.stop();
    expect(screen()).toEqual(['']);
  });
});

const hasScript = spawnSync('script', ['--version']).stdout?.includes('util-linux') === true;

describe.skipIf(!hasScript)('on a terminal', () => {
  it('a run draws its steps in place, with the next attempt counted down, and leaves its summary', () => {
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, 'w.yaml'),
      'name: w\nsteps: [{ name: a, backoff: { strategy: fixed, base: 2s, jitter: none } }]\n',
    );
    writeFileSync(
      join(cwd, 'handlers.mjs'),
      `export const handlers = { a: ({ attempt }) => {
         console.log('attempt ' + attempt);
         if (attempt === 1) throw new Error('busy');
       } };`,
    );
    const command = [process.execPath, MAIN];
    const line = [...command, 'run', 'w.yaml', '--handlers', '.', '--input', "'[{},{}]'"].join(' ');
    const script = `stty rows 24 cols 100; ${line}`;
    const { stdout, status } = spawnSync('script', ['-qec', script, '/dev/null'], { cwd, encoding: 'utf8' });
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/retrying[^\n]*1 of 3[^\n]*in [12] s[^\n]*busy/);
    const screen = screenOf(stdout);
    expect(screen.filter((shown) => shown === 'attempt 2')).toHaveLength(2);
    expect(screen.filter((shown) => shown.includes('NEXT ATTEMPT'))).toEqual([]);
    expect(screen.join('\n')).toContain('2 tasks in');
  });
});
