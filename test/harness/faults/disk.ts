/**
 * A disk that may lose its power: what was synced is on it; of what came after, any part may be, some of it torn
 * between two sectors. Names are synced with their folder, as POSIX has it. What a sync failed to write is gone, though
 * it is still read and no later sync fails, as Linux has it: https://www.usenix.org/conference/atc20/presentation/rebello
 */

import { dirname } from 'node:path';
import type { Random } from '../kill/random.ts';
import type { Call } from './trace.ts';

const SECTOR_BYTES = 512;
const TORN = 0.2;
/** How likely something not synced is on the disk, chosen anew for every power loss: all of it and none included. */
const KEPT = [0, 0.3, 0.7, 0.95, 1] as const;

type Change = Extract<Call, { kind: 'write' | 'truncate' }>;
type Naming = { readonly path: string; readonly file: File | null };

export class Disk {
  readonly #names = new Map<string, File>();
  readonly #syncedNames = new Map<string, File>();
  #namings: Naming[] = [];

  apply(call: Call): void {
    switch (call.kind) {
      case 'write':
      case 'truncate':
        this.#fileAt(call.path).change(call);
        break;
      case 'sync':
        if (call.failed) this.#names.get(call.path)?.fail();
        else {
          this.#names.get(call.path)?.sync();
          this.#syncFolder(call.path);
        }
        break;
      case 'unlink':
        this.#name(call.path, null);
        break;
      case 'rename':
        this.#name(call.to, this.#names.get(call.path) ?? null);
        this.#name(call.path, null);
    }
  }

  /** The files as they are found after a power loss now. */
  lose(random: Random): Map<string, Buffer> {
    const kept = random.pick(KEPT) ?? 0;
    const names = new Map(this.#syncedNames);
    for (const naming of this.#namings) if (random.chance(kept)) rename(names, naming);
    return new Map([...names].map(([path, file]) => [path, file.lose(random, kept)]));
  }

  #fileAt(path: string): File {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    const file = new File();
    this.#name(path, file);
    return file;
  }

  #name(path: string, file: File | null): void {
    rename(this.#names, { path, file });
    this.#namings.push({ path, file });
  }

  #syncFolder(folder: string): void {
    const isIn = ({ path }: Naming): boolean => dirname(path) === folder;
    for (const naming of this.#namings.filter(isIn)) rename(this.#syncedNames, naming);
    this.#namings = this.#namings.filter((naming) => !isIn(naming));
  }
}

function rename(names: Map<string, File>, { path, file }: Naming): void {
  if (file === null) names.delete(path);
  else names.set(path, file);
}

class File {
  #synced = new Bytes();
  #pending: Change[] = [];

  change(change: Change): void {
    this.#pending.push(change);
  }

  sync(): void {
    for (const change of this.#pending) this.#synced.apply(change);
    this.#pending = [];
  }

  fail(): void {
    this.#pending = [];
  }

  lose(random: Random, kept: number): Buffer {
    const bytes = this.#synced.copy();
    for (const change of this.#pending) {
      if (!random.chance(kept)) continue;
      if (change.kind === 'write' && random.chance(TORN)) {
        for (const part of sectorsOf(change)) if (random.chance(0.5)) bytes.apply(part);
      } else bytes.apply(change);
    }
    return bytes.content;
  }
}

function* sectorsOf({ path, offset, data }: Extract<Call, { kind: 'write' }>): Generator<Change> {
  for (let from = 0; from < data.length; ) {
    const to = Math.min(data.length, from + SECTOR_BYTES - ((offset + from) % SECTOR_BYTES));
    yield { kind: 'write', path, offset: offset + from, data: data.subarray(from, to) };
    from = to;
  }
}

/** Content that grows. */
class Bytes {
  #buffer = Buffer.alloc(0);
  #size = 0;

  get content(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }

  apply(change: Change): void {
    if (change.kind === 'truncate') this.#resize(change.size);
    else {
      this.#resize(Math.max(this.#size, change.offset + change.data.length));
      change.data.copy(this.#buffer, change.offset);
    }
  }

  copy(): Bytes {
    const copy = new Bytes();
    copy.#buffer = Buffer.from(this.content);
    copy.#size = this.#size;
    return copy;
  }

  #resize(size: number): void {
    if (size > this.#buffer.length) {
      const longer = Buffer.alloc(Math.max(size, this.#buffer.length * 2));
      this.content.copy(longer);
      this.#buffer = longer;
    } else if (size < this.#size) this.#buffer.fill(0, size, this.#size);
    this.#size = size;
  }
}
