/**
 * The API keys of a file, and whose a presented key is. Keys are held and compared only as SHA-256 digests, each
 * comparison in constant time and none skipped, so that timing tells nothing about them.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Refusal } from "../errors.js";
import { nameField } from "../workflow/fields.js";
import { parseWith, strict } from "../workflow/parse.js";
import { tenantIdField } from "../workflow/task-request.js";
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
    .refine((key) => (key.key === undefined) !== (key.sha256 === undefined), 'must have either "key" or "sha256"')
    .refine((key) => (key.tenant === undefined) !== (key.admin === undefined), 'must have either "tenant" or "admin"');
const fileSchema = strict({ keys: z.array(keySchema).min(1, 'must hold at least one key') });
/** Refuses with INVALID_KEYS; no message holds a key. */
export function loadKeys(file) {
    let text;
    try {
        text = readFileSync(file, 'utf8');
    }
    catch (cause) {
        throw new Refusal('invalid', 'INVALID_KEYS', `cannot read the keys file ${file}`, { cause });
    }
    let json;
    try {
        json = JSON.parse(text);
    }
    catch {
        // The parser's own message quotes the text, which holds keys.
        throw new Refusal('invalid', 'INVALID_KEYS', `${file} is not JSON; expected {"keys":[…]}`);
    }
    return parseKeys(json, file);
}
export function parseKeys(json, where) {
    const { keys } = parseWith(fileSchema, json, 'INVALID_KEYS', where);
    const entries = keys.map(({ name, key, sha256, tenant }) => ({
        caller: { name, scope: tenant ?? null },
        digest: sha256 === undefined ? digestOf(key ?? '') : Buffer.from(sha256, 'hex'),
    }));
    if (new Set(entries.map(({ digest }) => digest.toString('hex'))).size < entries.length) {
        throw new Refusal('invalid', 'INVALID_KEYS', `${where} holds the same key twice`);
    }
    return {
        find(key) {
            const digest = digestOf(key);
            let found = null;
            for (const entry of entries)
                if (timingSafeEqual(entry.digest, digest))
                    found = entry.caller;
            return found;
        },
    };
}
function digestOf(key) {
    return createHash('sha256').update(key).digest();
}
