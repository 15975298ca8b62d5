/**
 * Carries what is too large for one message in parts, each a request with an answer of its own. A worker of a few
 * lines can do it, and a server that takes small messages only can carry it.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Bus } from './bus.ts';

/** More than that is work for a store of files. */
export const MAX_WHOLE_BYTES = 256 * 1024 * 1024;
const MAX_PART_MESSAGE_BYTES = 512 * 1024;
/** Room for the headers of a message, and for what stands around the data of a part. */
const ENVELOPE_BYTES = 1024;
/** Three bytes are four characters of base64. */
const TRIPLE_BYTES = 3;
const TRIPLE_CHARACTERS = 4;

/** Its fields tell whether the parts were put together right. */
export const wholeSchema = z.object({
  bytes: z.int().min(1).max(MAX_WHOLE_BYTES),
  /** 64 hex digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
});
export type Whole = z.infer<typeof wholeSchema>;

export const partSchema = z.object({
  offset: z.int().min(0).max(MAX_WHOLE_BYTES),
  /** Base64. */
  data: z.string(),
});
export type Part = z.infer<typeof partSchema>;

/** Tells whether a message of `bytes` is carried as it is, whatever its headers. */
export const isCarried = ({ maxMessageBytes }: Pick<Bus, 'maxMessageBytes'>, bytes: number): boolean =>
  bytes <= maxMessageBytes - ENVELOPE_BYTES;

export function wholeOf(data: Uint8Array): Whole {
  return { bytes: data.byteLength, sha256: createHash('sha256').update(data).digest('hex') };
}

export function isWhole({ bytes, sha256 }: Whole, data: Uint8Array): boolean {
  const found = wholeOf(data);
  return found.bytes === bytes && found.sha256 === sha256;
}

/** As much from `offset` on as a message carries. */
export function partAt(
  data: Uint8Array,
  offset: number,
  { maxMessageBytes }: Pick<Bus, 'maxMessageBytes'>,
): Part {
  const room = Math.min(maxMessageBytes, MAX_PART_MESSAGE_BYTES) - ENVELOPE_BYTES;
  const bytes = Math.max(1, Math.floor(room / TRIPLE_CHARACTERS)) * TRIPLE_BYTES;
  return { offset, data: Buffer.from(data.subarray(offset, offset + bytes)).toString('base64') };
}
