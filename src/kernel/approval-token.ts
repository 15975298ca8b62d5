/**
 * The token of a link that answers an approval: which wait of which task, which time it was asked, and a MAC over both,
 * so that nobody makes one and a retry makes the old one void. base64url, 54 characters.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../store/store.ts';

const KEY = 'approvals';
const ID_BYTES = 16;
const HEAD_BYTES = ID_BYTES + 8;
const MAC_BYTES = 16;

/** An approval, asked for the so manieth time. */
export interface ApprovalPlace {
  readonly taskId: string;
  /** Place of the step in the workflow, from 0. */
  readonly index: number;
  readonly attempt: number;
}

/** Made once, and kept in the store: links outlive the process. */
export function approvalSecretOf(store: Store): Buffer {
  const known = store.meta(KEY);
  if (known !== null) return Buffer.from(known, 'base64url');
  const secret = randomBytes(32);
  store.commit({ meta: [{ key: KEY, value: secret.toString('base64url') }] });
  return secret;
}

export function approvalToken(secret: Buffer, { taskId, index, attempt }: ApprovalPlace): string {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(taskId.replaceAll('-', ''), 'hex');
  head.writeUInt32BE(index, ID_BYTES);
  head.writeUInt32BE(attempt, ID_BYTES + 4);
  return Buffer.concat([head, macOf(secret, head)]).toString('base64url');
}

/** Null for a token that this store has not made. */
export function readApprovalToken(secret: Buffer, token: string): ApprovalPlace | null {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== HEAD_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return null;
  const head = bytes.subarray(0, HEAD_BYTES);
  if (!timingSafeEqual(bytes.subarray(HEAD_BYTES), macOf(secret, head))) return null;
  const id = head.toString('hex', 0, ID_BYTES);
  return {
    taskId: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    index: head.readUInt32BE(ID_BYTES),
    attempt: head.readUInt32BE(ID_BYTES + 4),
  };
}

const macOf = (secret: Buffer, head: Buffer): Buffer =>
  createHmac('sha256', secret).update(head).digest().subarray(0, MAC_BYTES);
