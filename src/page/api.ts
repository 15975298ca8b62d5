/**
 * The page's way to the server it came from: JSON in and out, refusals as `Problem`, and the API key, which lives
 * as long as the tab and is asked for when the server wants one.
 */

import { createAtom } from '@xstate/store';

export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

/** A refusal by the server (RFC 9457), or, with status 0, no answer at all. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly errors: readonly Fault[];

  constructor(of: {
    status: number;
    title: string;
    detail: string;
    code: string;
    errors?: readonly Fault[];
  }) {
    super(of.detail);
    this.status = of.status;
    this.title = of.title;
    this.code = of.code;
    this.errors = of.errors ?? [];
  }

  get detail(): string {
    return this.message;
  }
}

export interface Session {
  readonly key: string | null;
  /** Why the server wants a key, while it waits for one; null when all is well. */
  readonly refused: string | null;
}

export type Connection = 'connecting' | 'live' | 'lost';

/** Whether the server answered when it was last asked, and its events still come. */
export const connection = createAtom<Connection>('connecting');

const KEY = 'troupe.key';

export const session = createAtom<Session>({ key: sessionStorage.getItem(KEY), refused: null });

export function signIn(key: string): void {
  sessionStorage.setItem(KEY, key);
  session.set({ key, refused: null });
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  session.set({ key: null, refused: null });
}

export interface Asking {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function get<T>(path: string, asking: Asking = {}): Promise<T> {
  const response = await ask(path, { ...asking, headers: { Accept: 'application/json', ...asking.headers } });
  return (await response.json()) as T;
}

/** What is not JSON: the text of a drawing, or a journal line by line. */
export async function getText(path: string, asking: Asking = {}): Promise<string> {
  return (await ask(path, asking)).text();
}

export async function post<T>(path: string, body: unknown = {}, asking: Asking = {}): Promise<T> {
  const headers = { 'Content-Type': 'application/json', ...asking.headers };
  const response = await ask(path, { ...asking, headers, method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as T;
}

/** The answer, if it is a yes; everything else is thrown as a `Problem`. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const { key } = session.get();
  const headers = new Headers(init.headers);
  if (key !== null) headers.set('Authorization', `Bearer ${key}`);
  const response = await reach(path, { ...init, headers });
  if (response.ok) return response;
  const problem = await problemOf(response);
  // A key that was changed meanwhile deserves its own answer.
  if (response.status === 401 && session.get().key === key) {
    sessionStorage.removeItem(KEY);
    session.set({ key: null, refused: key === null ? 'This server asks for an API key.' : problem.detail });
  }
  throw problem;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(path, init);
    connection.set('live');
    return response;
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    connection.set('lost');
    throw new Problem({
      status: 0,
      title: 'No answer',
      detail: 'The server does not answer. Is it still running?',
      code: 'UNREACHABLE',
    });
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = {
    status: response.status,
    title: response.statusText,
    detail: `The server answered ${response.status} ${response.statusText}.`,
    code: 'UNEXPECTED',
  };
  try {
    const body = (await response.json()) as Partial<typeof fallback> & { errors?: Fault[] };
    return new Problem({ ...fallback, ...body });
  } catch {
    // Something between us and the server answered in its own words.
    return new Problem(fallback);
  }
}
