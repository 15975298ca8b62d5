/**
 * An append-only file of JSON lines, each under a key: what `append` has returned from survives `kill -9` and a
 * power cut. A last line torn by a crash was never acknowledged to anyone, and is cut off at the next start.
 */

import { fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';

interface Loaded<Entry> {
  readonly file: number;
  readonly entries: Entry[];
  readonly byKey: Map<string, Entry[]>;
}

export class Ledger<Entry extends { readonly key: string }> {
  readonly #path: string;
  readonly #schema: z.ZodType<Entry>;
  #loaded: Loaded<Entry> | null = null;

  /** Nothing is opened or created before the first use. */
  constructor(path: string, schema: z.ZodType<Entry>) {
    this.#path = path;
    this.#schema = schema;
  }

  all(): readonly Entry[] {
    return this.#open().entries;
  }

  of(key: string): readonly Entry[] {
    return this.#open().byKey.get(key) ?? [];
  }

  append(entry: Entry): void {
    const loaded = this.#open();
    // If writing fails, the next use starts over from what the disk holds.
    this.#loaded = null;
    writeSync(loaded.file, `${JSON.stringify(entry)}\n`);
    fsyncSync(loaded.file);
    remember(loaded, entry);
    this.#loaded = loaded;
  }

  #open(): Loaded<Entry> {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  #load(): Loaded<Entry> {
    mkdirSync(dirname(this.#path), { recursive: true });
    const file = openSync(this.#path, 'a');
    const bytes = readFileSync(this.#path);
    const end = bytes.lastIndexOf('\n') + 1;
    if (end < bytes.length) truncateSync(this.#path, end);
    const loaded: Loaded<Entry> = { file, entries: [], byKey: new Map() };
    const lines = bytes.subarray(0, end).toString().split('\n').slice(0, -1);
    for (const line of lines) remember(loaded, this.#schema.parse(JSON.parse(line)));
    return loaded;
  }
}

function remember<Entry extends { readonly key: string }>(loaded: Loaded<Entry>, entry: Entry): void {
  loaded.entries.push(entry);
  const same = loaded.byKey.get(entry.key);
  if (same === undefined) loaded.byKey.set(entry.key, [entry]);
  else same.push(entry);
}
