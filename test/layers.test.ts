/** The architecture, held: imports go down only, the store and the bus never meet, the machines see nobody. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Folders and files from the bottom up; each may import itself and what stands before it. */
const LAYERS: readonly (readonly string[])[] = [
  ['machines', 'src/error-codes.ts'],
  ['src/errors.ts'],
  ['src/outbound'],
  ['src/workflow'],
  ['src/store', 'src/bus', 'src/worker', 'src/webhooks', 'src/views'],
  ['src/kernel', 'src/diagrams', 'src/records', 'src/remote-worker'],
  ['src/scheduling', 'src/history', 'src/monitoring', 'src/tracing', 'src/jobs', 'src/operations'],
  ['src/publication', 'src/recovery', 'src/execution'],
  ['src/queries', 'src/options.ts'],
  ['src/system.ts'],
  ['src/troupe.ts'],
  ['src/api'],
  ['src/nats', 'src/entries'],
  ['src/index.ts', 'src/cli', 'src/page'],
];

/** Upward imports of types alone, which the compiler erases. */
const isTypeOnly = (line: string): boolean => /^import type /.test(line) || /^export type /.test(line);

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

function importsOf(file: string): { target: string; line: string }[] {
  const statements = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'/gms);
  return [...statements].map(([line, target = '']) => ({
    line,
    target: target.startsWith('.') ? normalize(join(file, '..', target)) : target,
  }));
}

/** Everything that is loaded with these files, libraries too. */
function loadedBy(roots: readonly string[]): ReadonlySet<string> {
  const seen = new Set(roots);
  for (const file of seen) {
    if (!/^(src|machines)\//.test(file)) continue;
    for (const { target, line } of importsOf(file)) if (!isTypeOnly(line)) seen.add(target);
  }
  return seen;
}

const layerOf = (file: string): number =>
  LAYERS.findIndex((layer) => layer.some((place) => file === place || file.startsWith(`${place}/`)));
const placeOf = (file: string): string | undefined =>
  LAYERS.flat().find((place) => file === place || file.startsWith(`${place}/`));

const all = [...files('machines'), ...files('src')];

describe('the layers', () => {
  it('has a layer for every file', () => {
    expect(all.filter((file) => layerOf(file) < 0)).toEqual([]);
  });

  it('imports downwards only', () => {
    const upward = all.flatMap((file) =>
      importsOf(file)
        .filter(({ target, line }) => {
          if (!target.startsWith('src/') && !target.startsWith('machines/')) return false;
          const sideways = layerOf(target) === layerOf(file) && placeOf(target) !== placeOf(file);
          return !isTypeOnly(line) && (layerOf(target) > layerOf(file) || sideways);
        })
        .map(({ target }) => `${file} → ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('keeps the machines pure: they import xstate and each other', () => {
    const foreign = files('machines').flatMap((file) =>
      importsOf(file).filter(({ target }) => target !== 'xstate' && !target.startsWith('machines/')),
    );
    expect(foreign).toEqual([]);
  });

  it('reads no clock and no dice in the machines', () => {
    for (const file of files('machines')) {
      expect(readFileSync(file, 'utf8'), file).not.toMatch(
        /Date\.now|new Date\(\)|Math\.random|performance\./,
      );
    }
  });

  it('sends nothing of the server to the browser but its tables of words: of the rest, the page imports types alone', () => {
    const sent = files('src/page').flatMap((file) =>
      importsOf(file)
        .filter(
          ({ target, line }) =>
            /^(src\/(?!page\/|views\/(statuses|verbs)\.ts)|machines\/|node:)/.test(target) &&
            !isTypeOnly(line),
        )
        .map(({ target }) => `${file} → ${target}`),
    );
    expect(sent.filter((line) => !line.startsWith('src/page/vite.config.ts'))).toEqual([]);
  });

  it('runs tasks on any store: nothing that runs one loads SQLite, or names the class that does', () => {
    const running = ['kernel', 'scheduling', 'execution', 'jobs', 'history', 'publication'];
    const naming = [...running.flatMap((folder) => files(`src/${folder}`)), 'src/system.ts'].filter((file) =>
      importsOf(file).some(
        ({ target }) => target === 'better-sqlite3' || target === 'src/store/sqlite-store.ts',
      ),
    );
    expect(naming).toEqual([]);
    expect(loadedBy(['src/system.ts', ...files('src/kernel')])).not.toContain('better-sqlite3');
    expect(loadedBy(['src/troupe.ts'])).toContain('better-sqlite3');
  });

  it('has one way to write to the store, a commit, and one more for recovery', () => {
    const writers = files('src').filter(
      (file) => /\.rewrite\(|RowWriter/.test(readFileSync(file, 'utf8')) && !file.startsWith('src/store/'),
    );
    expect(writers.filter((file) => !file.startsWith('src/recovery/'))).toEqual([]);
  });

  it('keeps workers away from the store', () => {
    const seen = files('src/worker').flatMap((file) =>
      importsOf(file).filter(({ target }) => target.startsWith('src/store') || target === 'better-sqlite3'),
    );
    expect(seen).toEqual([]);
  });

  it('loads one small library alone in a process of handlers, which starts anew for single attempts', () => {
    const libraries = [...loadedBy(['src/worker/host/main.ts'])].filter(
      (target) => !/^(src\/|machines\/|node:)/.test(target),
    );
    expect(libraries).toEqual(['lru-cache']);
  });
});

it('keeps the states and the contexts of machines out of the store', () => {
  const told = files('src/store').filter((file) =>
    /'(pending|retrying)\.(queued|held|backoff)'|finishedAt'|\$\.|1000000|999999/.test(
      readFileSync(file, 'utf8'),
    ),
  );
  // Migrations bring the rows of older versions up to date, as those were.
  expect(told).toEqual(['src/store/migrations.ts']);
});
