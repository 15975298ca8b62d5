/**
 * Finds the caller, and the tenant that the caller may see. A tenant's key never learns whether another tenant's row
 * exists.
 */

import type { Context, MiddlewareHandler } from 'hono';
import type { Scope } from '../views/orchestrator.ts';
import { DEFAULT_TENANT } from '../workflow/task-request.ts';
import type { ApiEnv, Caller } from './context.ts';
import type { Keys } from './keys.ts';
import { httpNo } from './problem.ts';

/** Probes, client generators and browsers must reach these paths before they have a key. */
const OPEN = new Set(['/', '/ui', '/health/live', '/health/ready', '/openapi.json']);
const isOpen = (path: string): boolean => OPEN.has(path) || /^\/(?:ui|assets|approvals)\//.test(path);

const ANYBODY: Caller = { name: 'http', scope: null };
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="troupe"' };

/** Without keys everybody is the administrator: the server then listens on loopback only. */
export function authenticate(keys: Keys | null): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    c.set('caller', keys === null || isOpen(c.req.path) ? ANYBODY : callerOf(c, keys));
    await next();
  };
}

function callerOf(c: Context, keys: Keys): Caller {
  const key = presentedKey(c);
  if (key === null) {
    const detail = 'Send an API key, as "Authorization: Bearer KEY" or "X-Api-Key: KEY".';
    throw httpNo('UNAUTHENTICATED', detail, CHALLENGE);
  }
  const caller = keys.find(key);
  if (caller === null) throw httpNo('UNKNOWN_KEY', 'This API key is not known here.', CHALLENGE);
  return caller;
}

function presentedKey(c: Context): string | null {
  const [, token] = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
  return token ?? c.req.header('x-api-key') ?? null;
}

export function requireAdmin(c: Context<ApiEnv>): void {
  if (c.get('caller').scope === null) return;
  throw httpNo('ADMIN_ONLY', 'This needs an admin key; the one sent belongs to a tenant.');
}

/** The tenant a submission is for: the one it names, if it may, else the caller's own. */
export function tenantFor(caller: Caller, asked: string | undefined): string {
  if (caller.scope === null) return asked ?? DEFAULT_TENANT;
  if (asked === undefined || asked === caller.scope) return caller.scope;
  throw httpNo('FOREIGN_TENANT', `This key submits for tenant "${caller.scope}" only; leave tenantId out.`);
}

/** The scope of a list filtered by `tenantId`, or `nothing` when the caller cannot see that tenant. */
export function scopeFor(caller: Caller, asked: string | undefined): { tenantId: Scope } | 'nothing' {
  if (asked === undefined) return { tenantId: caller.scope };
  return caller.scope === null || caller.scope === asked ? { tenantId: asked } : 'nothing';
}
