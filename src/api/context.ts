/** Every route gets these: the app it registers on, the engine behind it, and the caller. */

import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Orchestrator, Scope } from '../views/orchestrator.ts';

export interface Caller {
  /** Journaled as `by`: the API key's name, or `http` without keys. */
  readonly name: string;
  /** The tenant it belongs to; null sees all. */
  readonly scope: Scope;
  /** Fires when the key is no longer good. */
  readonly revoked?: AbortSignal;
}

export interface ApiEnv {
  Variables: { caller: Caller };
  /** `closing` fires when the server drains: streams end. */
  Bindings: { closing?: AbortSignal } | undefined;
}

export type Api = OpenAPIHono<ApiEnv>;

export interface ApiLimits {
  /** The most bytes a request's body may have. */
  readonly bodyBytes: number;
  /** The most bytes a workflow may have as a body. */
  readonly workflowBytes: number;
  /** Live event streams open at once. */
  readonly eventStreams: number;
}

export interface ApiParts {
  readonly troupe: Orchestrator;
  readonly limits: ApiLimits;
  readonly heartbeatMs: number;
  /** The base of links for people; null: as the one who asks for them has reached the server. */
  readonly publicUrl: () => string | null;
  /** Told of what nobody expected; the client only learns that it happened. */
  readonly onError: (error: unknown, request: { method: string; path: string }) => void;
}
