/**
 * The keys of a file that may change while the server runs: a new key is good within a second of its being written,
 * a removed one is not, and what its owner listened to ends. A file that cannot be used changes nothing.
 */

import { statSync } from 'node:fs';
import { entriesOf, findKey, type KeyEntry, type Keys, readKeysFile } from './keys.ts';

export interface WatchedKeys extends Keys {
  /** Names of keys that the file holds as they are, for whoever can read it. */
  readonly plainNames: readonly string[];
  close(): void;
}

export interface WatchOptions {
  /** How many keys there are now, or why the file cannot be used. */
  readonly onChange: (change: { readonly count: number } | { readonly error: unknown }) => void;
  readonly everyMs?: number;
}

/** Refuses with INVALID_KEYS when there are none to begin with. */
export function watchKeys(file: string, { onChange, everyMs = 1_000 }: WatchOptions): WatchedKeys {
  // Taken before the file is read, so that what is written in between is seen the next time.
  let seen = stampOf(file);
  let entries = entriesOf(readKeysFile(file));

  function look(): void {
    const stamp = stampOf(file);
    if (stamp === seen) return;
    seen = stamp;
    let read: KeyEntry[];
    try {
      read = entriesOf(readKeysFile(file));
    } catch (error) {
      onChange({ error });
      return;
    }
    const next = read.map((entry) => entries.find((known) => isSame(known, entry)) ?? entry);
    const gone = entries.filter((entry) => !next.includes(entry));
    entries = next;
    for (const entry of gone) entry.revoke();
    onChange({ count: entries.length });
  }

  // Events of the file system miss a file that is replaced by a mount or through a link.
  const timer = setInterval(look, everyMs).unref();
  return {
    find: (key) => findKey(entries, key),
    get plainNames() {
      return entries.filter(({ isPlain }) => isPlain).map(({ caller }) => caller.name);
    },
    close: () => clearInterval(timer),
  };
}

const isSame = (a: KeyEntry, b: KeyEntry): boolean =>
  a.digest.equals(b.digest) && a.caller.name === b.caller.name && a.caller.scope === b.caller.scope;

/** null where it cannot be told; reading the file then says why. */
function stampOf(file: string): string | null {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return null;
  }
}
