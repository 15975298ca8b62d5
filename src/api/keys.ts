/**
 * The API keys of a file, and whose a presented key is. Keys are held and compared only as SHA-256 digests, each
 * comparison in constant time and none skipped, so that timing tells nothing about them.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Refusal } from '../errors.ts';
import { nameField } from '../workflow/fields.ts';
import { parseWith, strict } from '../workflow/parse.ts';
import { parseJson } from '../workflow/strict-json.ts';
import { tenantIdField } from '../workflow/task-request.ts';
import type { Caller } from './context.ts';

export interface Keys {
  /** Returns the owner of the key, or null. */
  find(key: string): Caller | null;
}

/** A key as it is held. */
export interface KeyEntry {
  readonly caller: Caller;
  readonly digest: Buffer;
  /** The file holds the key itself, for whoever reads the file. */
  readonly isPlain: boolean;
  /** Ends what its owner still listens to. */
  readonly revoke: () => void;
}

const keySchema = strict({
  name: nameField,
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,1000}$/, 'must be 1 to 1000 visible ASCII characters')
    .optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits: the SHA-256 of the key')
    .optional(),
  tenant: tenantIdField.optional(),
  admin: z.literal(true, 'must be true, or left out').optional(),
})
  .refine(
    (key) => (key.key === undefined) !== (key.sha256 === undefined),
    'must have either "key" or "sha256"',
  )
  .refine(
    (key) => (key.tenant === undefined) !== (key.admin === undefined),
    'must have either "tenant" or "admin"',
  );

const fileSchema = strict({ keys: z.array(keySchema).min(1, 'must hold at least one key') });
export type KeysFile = z.output<typeof fileSchema>;

/** Refuses with INVALID_KEYS; no message holds a key. */
export function readKeysFile(file: string): KeysFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Refusal('INVALID_KEYS', `cannot read the keys file ${file}`, { cause });
  }
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    if (error instanceof Refusal) throw notKeptIn(file, error);
    // The parser's own message quotes the text, which holds keys.
    throw new Refusal('INVALID_KEYS', `${file} is not JSON; expected {"keys":[…]}`);
  }
  return parseKeysFile(json, file);
}

/** A number may be a key that lacks its quotes, so only the places are told. */
function notKeptIn(file: string, { code, faults }: Refusal): Refusal {
  const places = faults.map(({ pointer }) => pointer).join(', ');
  const why = code === 'DUPLICATE_KEY' ? 'a key is given twice' : 'a number is none that JSON can keep';
  return new Refusal('INVALID_KEYS', `${file}: ${why}, at ${places}`);
}

function parseKeysFile(json: unknown, where: string): KeysFile {
  const content = parseWith(fileSchema, json, 'INVALID_KEYS', where);
  const digests = content.keys.map(digestOfKey);
  if (new Set(digests).size === digests.length) return content;
  throw new Refusal('INVALID_KEYS', `${where} holds the same key twice`);
}

/** In hex. */
export function digestOfKey({ key, sha256 }: KeysFile['keys'][number]): string {
  return sha256?.toLowerCase() ?? digestOf(key ?? '').toString('hex');
}

export function entriesOf({ keys }: KeysFile): KeyEntry[] {
  return keys.map((key) => {
    const revocation = new AbortController();
    return {
      caller: { name: key.name, scope: key.tenant ?? null, revoked: revocation.signal },
      digest: Buffer.from(digestOfKey(key), 'hex'),
      isPlain: key.key !== undefined,
      revoke: () => revocation.abort(),
    };
  });
}

export function findKey(entries: readonly KeyEntry[], key: string): Caller | null {
  const digest = digestOf(key);
  let found: Caller | null = null;
  for (const entry of entries) if (timingSafeEqual(entry.digest, digest)) found = entry.caller;
  return found;
}

/** Refuses with INVALID_KEYS. The file is read once; see `watchKeys`. */
export function loadKeys(file: string): Keys {
  const entries = entriesOf(readKeysFile(file));
  return { find: (key) => findKey(entries, key) };
}

export function parseKeys(json: unknown, where: string): Keys {
  const entries = entriesOf(parseKeysFile(json, where));
  return { find: (key) => findKey(entries, key) };
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
