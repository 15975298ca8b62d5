/**
 * The page's way to the server it came from: JSON in and out, refusals as `Problem`, and the API key, which is asked
 * for when the server wants one.
 */

import { awaited, sawAnswer } from './connection.ts';
import { refuse, session } from './session.ts';

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

export interface Asking {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function get<T>(path: string, asking: Asking = {}): Promise<T> {
  const headers = { Accept: 'application/json', ...asking.headers };
  return awaited(async () => (await (await ask(path, { ...asking, headers })).json()) as T);
}

/** Gets an answer that is not JSON: the text of a drawing, or a journal line by line. */
export async function getText(path: string, asking: Asking = {}): Promise<string> {
  return awaited(async () => (await ask(path, asking)).text());
}

export async function post<T>(path: string, body: unknown = {}, asking: Asking = {}): Promise<T> {
  const headers = { 'Content-Type': 'application/json', ...asking.headers };
  const init = { ...asking, headers, method: 'POST', body: JSON.stringify(body) };
  return awaited(async () => (await (await ask(path, init)).json()) as T);
}

/** The answer, if it is a yes; everything else is thrown as a `Problem`. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const { key } = session.get();
  const headers = new Headers(init.headers);
  if (key !== null) headers.set('Authorization', `Bearer ${key}`);
  const response = await reach(path, { ...init, headers });
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401) refuse(key, problem.detail);
  throw problem;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(path, init);
    sawAnswer(true);
    return response;
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    sawAnswer(false);
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
