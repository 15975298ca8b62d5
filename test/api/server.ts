/** A real engine behind the real interface, asked in process; closed when the test ends. */

import { onTestFinished } from 'vitest';
import { type AppOptions, createApp } from '../../src/api/app.ts';
import { parseKeys } from '../../src/api/keys.ts';
import { createTroupe, type Troupe } from '../../src/troupe.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { Handler, HandlerEntry } from '../../src/worker/job.ts';

const HANDLERS: Readonly<Record<string, Handler>> = {
  echo: ({ payload }) => payload,
  fail: () => {
    throw new PermanentError('card declined', { code: 'DECLINED' });
  },
  /** Runs until it is told to stop. */
  hang: ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
};

export const KEYS = {
  keys: [
    { name: 'root', key: 'root-key', admin: true },
    { name: 'shop', key: 'shop-key', tenant: 'shop' },
    { name: 'bank', key: 'bank-key', tenant: 'bank' },
  ],
};

export interface Server {
  readonly app: ReturnType<typeof createApp>;
  readonly troupe: Troupe;
  readonly errors: unknown[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function start(options: Partial<AppOptions> & { keyed?: boolean } = {}): Promise<Server> {
  const handlers: HandlerEntry[] = Object.entries(HANDLERS).map(([name, run]) => ({
    name,
    run,
    concurrency: null,
  }));
  const troupe = await createTroupe({ db: ':memory:', handlers });
  onTestFinished(() => troupe.close({ graceMs: 0 }));
  const errors: unknown[] = [];
  const keys = options.keyed === true ? parseKeys(KEYS, 'the test') : null;
  const app = createApp({
    troupe,
    keys,
    version: '1.2.3',
    onError: (error) => errors.push(error),
    ...options,
  });
  return {
    app,
    troupe,
    errors,
    get: async (path, headers = {}) => app.request(path, { headers }),
    post: async (path, body, headers = {}) =>
      app.request(path, {
        method: 'POST',
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  };
}

export const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** Resolves once the task has the status: told by its facts, never by waiting a while. */
export async function until({ troupe }: Server, taskId: string, status: string): Promise<void> {
  const stop = new AbortController();
  for await (const { fact } of troupe.events({ tenantId: null, taskId, after: '0-0', signal: stop.signal })) {
    if (fact.actor === 'task' && fact.fact === status) break;
  }
  stop.abort();
}

export interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
}

/** The problem of an answer, after checking that it is a well-formed one. */
export async function problemIn(response: Response): Promise<ProblemBody> {
  const problem = (await response.json()) as ProblemBody;
  if (
    response.headers.get('content-type') !== 'application/problem+json' ||
    problem.status !== response.status
  ) {
    throw new Error(`not a problem: ${response.status} ${JSON.stringify(problem)}`);
  }
  return problem;
}
