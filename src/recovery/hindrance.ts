/** Why a store could not be looked at, which is another thing than damage: a lock, a permission, a full disk. */

import { codeOf } from '../store/storage-failure.ts';
import type { Ailment } from './doctor.ts';

const HINDRANCES: readonly (readonly [RegExp, Ailment])[] = [
  [
    /^SQLITE_(BUSY|LOCKED|PROTOCOL)/,
    {
      code: 'STORE_LOCKED',
      problem:
        'another program has locked it, and it cannot be read meanwhile; nothing is known to be wrong with it',
      advice: 'end that program ("fuser FILE" names it on Linux), and ask again',
    },
  ],
  [
    /^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH)|EACCES$|EPERM$|EROFS$)/,
    {
      code: 'STORE_UNREADABLE',
      problem: 'this user cannot open it, or the files beside it; nothing is known to be wrong with it',
      advice:
        'run this as the user the server runs as, or change the permissions of the file and of its folder',
    },
  ],
  [
    /^EISDIR$/,
    { code: 'STORE_NOT_A_FILE', problem: 'it is not a file', advice: 'name the file of the store' },
  ],
  [
    // A store that is not there was told before.
    /^ENOENT$/,
    {
      code: 'NO_TEMPORARY_FOLDER',
      problem: 'there is no folder for the copy that is read; nothing is known to be wrong with the store',
      advice: 'name one that is there with TMPDIR',
    },
  ],
  [
    /^(SQLITE_FULL|ENOSPC$|EDQUOT$)/,
    {
      code: 'DISK_FULL',
      problem: 'there is no room for the copy that is read; nothing is known to be wrong with the store',
      advice: 'make room, or name another folder for it with TMPDIR',
    },
  ],
  [
    /^(SQLITE_IOERR|EIO$)/,
    {
      code: 'DISK_FAILS',
      problem: 'the disk failed while it was read, which tells nothing about what is on it',
      advice:
        'look for errors of the disk in the log of the system, and ask again, or ask about a copy elsewhere',
    },
  ],
  [
    /^(SQLITE_NOMEM|EMFILE$|ENFILE$)/,
    {
      code: 'OUT_OF_MEMORY',
      problem: 'the system had no memory or file handles left to read it with',
      advice: 'end what uses them, and ask again',
    },
  ],
];

/** Returns the obstacle to reading the store, or null when the error tells of its content. */
export function hindranceOf(error: unknown): Ailment | null {
  const code = codeOf(error);
  const known = HINDRANCES.find(([codes]) => codes.test(code))?.[1];
  return known === undefined ? null : { ...known, problem: `${known.problem} (${code})` };
}
