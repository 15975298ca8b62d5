/** The kinds of field that requests and workflows are made of, each with its limit and a message that names it. */
import { z } from 'zod';
import { LIMITS } from "./definition.js";
// Controls break logs and terminals, a lone surrogate cannot be written as UTF-8, so it would come back changed.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const UNSTORABLE = /[\0\p{Cs}]/u;
/** What is used to find something by: printable, not blank. */
export function nameOf(max) {
    return z
        .string()
        .min(1, 'must not be empty')
        .max(max, `must be at most ${max} characters`)
        .refine((text) => !UNPRINTABLE.test(text), 'must not contain control characters or lone surrogates')
        .refine((text) => text === '' || text.trim() !== '', 'must not be blank');
}
export const nameField = nameOf(LIMITS.nameLength);
/** Prose: line breaks are fine. */
export function proseOf(max) {
    return z
        .string()
        .max(max, `must be at most ${max} characters`)
        .refine((text) => !UNSTORABLE.test(text), 'must not contain NUL characters or lone surrogates');
}
/** Any JSON value within the limits of size and depth; kept as it came, a key such as `__proto__` included. */
export function jsonValueOf(maxBytes) {
    return z.unknown().superRefine((value, context) => {
        if (value === undefined)
            return;
        const message = jsonFault(value, maxBytes);
        if (message !== null)
            context.addIssue({ code: 'custom', message });
    });
}
/** As `jsonValueOf`, for an object; the type is the caller's to assert with `isJsonObject`. */
export function jsonObjectOf(maxBytes) {
    return z
        .custom(isJsonObject, 'must be a JSON object')
        .superRefine((value, context) => {
        const message = jsonFault(value, maxBytes);
        if (message !== null)
            context.addIssue({ code: 'custom', message });
    });
}
export function isJsonObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
function jsonFault(value, maxBytes) {
    if (isDeeperThan(value, LIMITS.jsonDepth))
        return `must be nested at most ${LIMITS.jsonDepth} deep`;
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes > maxBytes)
        return `must be at most ${maxBytes / 1024} KiB of JSON; it is ${Math.ceil(bytes / 1024)} KiB`;
    return null;
}
/** Level by level and not by recursion, since what it guards against is a value too deep for the call stack. */
function isDeeperThan(value, limit) {
    let level = [value];
    for (let depth = 0; level.length > 0; depth++) {
        const containers = level.filter((item) => typeof item === 'object' && item !== null);
        if (containers.length > 0 && depth === limit)
            return true;
        level = containers.flatMap((item) => Object.values(item));
    }
    return false;
}
