/** The HTTP interface as commands use it: one place that reaches the server, and that says why it could not. */

import { type Command, Option } from 'commander';
import type { CurrentVersion, WorkflowSummary, WorkflowView } from '../api/workflow-views.ts';
import { reasonOf } from '../errors.ts';
import type { Approval } from '../views/approvals.ts';
import type { SignalReceipt, SignalView, TaskSignalReceipt } from '../views/signals.ts';
import type { HistoryEvent, TaskSummary, TaskView } from '../views/tasks.ts';
import type { WorkflowSource } from '../workflow/file.ts';
import { mediaTypeOf } from '../workflow/file-format.ts';
import { isDotSegment } from '../workflow/name-key.ts';
import { Failure } from './failure.ts';

export interface ServerOptions {
  readonly url: string;
  readonly apiKey?: string;
}

export function addServerOptions(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'the server').env('TROUPE_URL').default('http://127.0.0.1:7070'))
    .addOption(new Option('--api-key <key>', 'an API key of it').env('TROUPE_API_KEY'));
}

interface RequestOptions {
  /** Makes it a POST, unless `method` says otherwise. */
  readonly body?: unknown;
  /** Sent as it is, in place of a `body`. */
  readonly file?: { readonly type: string; readonly text: string };
  readonly method?: 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A list shows these fields of its tasks, in full or summarized. */
export type ListedTask = Pick<
  TaskSummary,
  'id' | 'name' | 'workflow' | 'status' | 'createdAt' | 'tenantId' | 'error' | 'waitingFor'
>;

interface TaskList {
  readonly tasks: readonly ListedTask[];
  readonly nextCursor: string | null;
}

/** As HTTP lists it: with its link, if it has one. */
export type ListedApproval = Omit<Approval, 'token'> & { readonly link?: string };

export interface ApprovalPage {
  readonly approvals: readonly ListedApproval[];
  readonly nextCursor: string | null;
}

type Receipt<Of> = Omit<Of, 'replayed'>;

export class Client {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, apiKey = '' }: ServerOptions) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      const message = `"${url}" is not the URL of a server; give --url or TROUPE_URL as http://HOST:PORT`;
      throw new Failure(message, { exitCode: 2 });
    }
    this.#base = url.replace(/\/+$/, '');
    this.#headers = apiKey === '' ? {} : { Authorization: `Bearer ${apiKey}` };
  }

  async task(path: string, body?: unknown): Promise<{ task: TaskView; replayed: boolean }> {
    const response = await this.request(path, { body });
    const task = await this.#parse(response, isTask);
    return { task, replayed: response.headers.get('Idempotent-Replayed') === 'true' };
  }

  async tasks(query: URLSearchParams): Promise<TaskList> {
    return this.#parse(await this.request(`/tasks?${query}`), isTaskList);
  }

  async history(id: string): Promise<{ events: HistoryEvent[] }> {
    return this.#parse(await this.request(`${taskPath(id)}/history`), isHistory);
  }

  async signal(body: unknown): Promise<Receipt<SignalReceipt>> {
    return this.#parse(await this.request('/signals', { body }), isReceipt);
  }

  async taskSignal(path: string, body: unknown): Promise<Receipt<TaskSignalReceipt>> {
    return this.#parse(await this.request(path, { body }), isTaskReceipt);
  }

  async taskSignals(path: string): Promise<{ signals: SignalView[] }> {
    return this.#parse(await this.request(path), isSignalList);
  }

  async approvals(query: URLSearchParams): Promise<ApprovalPage> {
    return this.#parse(await this.request(`/approvals?${query}`), isApprovalPage);
  }

  async workflows(): Promise<{ workflows: WorkflowSummary[] }> {
    return this.#parse(await this.request('/workflows'), isWorkflowList);
  }

  async workflow(name: string, version?: string): Promise<WorkflowView> {
    const path = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`;
    return this.#parse(await this.request(`${workflowPath(name)}${path}`), isWorkflow);
  }

  /** `isNew`: it was not registered before. */
  async registerWorkflow({
    format,
    text,
  }: WorkflowSource): Promise<{ workflow: WorkflowView; isNew: boolean }> {
    const file = { type: mediaTypeOf(format), text };
    const response = await this.request('/workflows', { file });
    return { workflow: await this.#parse(response, isWorkflow), isNew: response.status === 201 };
  }

  async currentWorkflow(name: string): Promise<CurrentVersion> {
    return this.#parse(await this.request(`${workflowPath(name)}/current`), isCurrent);
  }

  /** Null: the newest again. */
  async setCurrentWorkflow(
    name: string,
    version: string | null,
    reason: string | null,
  ): Promise<CurrentVersion> {
    const body = { version, reason };
    return this.#parse(
      await this.request(`${workflowPath(name)}/current`, { method: 'PUT', body }),
      isCurrent,
    );
  }

  /** Throws a Failure for every answer but 2xx, and for none. */
  async request(path: string, options: RequestOptions = {}): Promise<Response> {
    const { body, headers, signal, method = 'POST' } = options;
    const json = { type: 'application/json', text: JSON.stringify(body) };
    const sent = options.file ?? (body === undefined ? null : json);
    let response: Response;
    try {
      response = await fetch(this.#base + path, {
        headers: {
          Accept: 'application/json',
          ...this.#headers,
          ...(sent === null ? {} : { 'Content-Type': sent.type }),
          ...headers,
        },
        ...(sent === null ? {} : { method, body: sent.text }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      throw this.#unreachable(cause);
    }
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  async #parse<Body>(response: Response, is: (body: unknown) => body is Body): Promise<Body> {
    let body: unknown;
    try {
      body = await response.json();
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw this.#unreachable(cause);
      // Not JSON at all: told below, like JSON of another shape.
      body = undefined;
    }
    if (is(body)) return body;
    throw new Failure(`what ${response.url} answered is not Troupe's; is ${this.#base} the right --url?`);
  }

  #unreachable(error: unknown): Failure {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const code = isObject(cause) && typeof cause.code === 'string' ? cause.code : null;
    const why = code ?? reasonOf(cause);
    const help =
      'Start a server with "troupe dev" (or "troupe serve"), or name another with --url or TROUPE_URL.';
    return new Failure(`cannot reach ${this.#base} (${why})`, {
      notes: [help],
      temporary: true,
      cause: error,
    });
  }
}

/** The slash of `namespace/name` as %2F. */
const workflowPath = (name: string): string => `/workflows/${pathPart('workflow', name)}`;

export const taskPath = (id: string): string => `/tasks/${pathPart('task', id)}`;

/** A name within a path, encoded. Refuses (exit 2) one that would lead to another place. */
export function pathPart(what: string, name: string): string {
  const isCarried = name !== '' && !isDotSegment(name) && !/\p{Cs}/u.test(name);
  if (isCarried) return encodeURIComponent(name);
  const message = `${JSON.stringify(name)} is no name of a ${what}: it is empty, or "." or "..", or no valid text`;
  throw new Failure(message, { exitCode: 2 });
}

/** A problem document (RFC 9457) as a person reads it: detail, code, then each pointer with its message. */
async function refusalOf(response: Response): Promise<Failure> {
  const temporary = response.status === 429 || response.status === 503;
  // A body that breaks off leaves the status to tell.
  const text = await response.text().catch(() => '');
  const problem = jsonOf(text);
  if (!isObject(problem) || typeof problem.detail !== 'string') {
    const excerpt = text.trim().slice(0, 200);
    const what = excerpt === '' ? '' : `: ${excerpt}`;
    const message = `${response.url} answered ${response.status} ${response.statusText}${what}`;
    return new Failure(message, { status: response.status, temporary });
  }
  const faults = Array.isArray(problem.errors) ? problem.errors.filter(isObject) : [];
  const notes = faults.map(({ pointer, message }) => `  ${String(pointer)}: ${String(message)}`);
  const retryAfter = response.headers.get('Retry-After');
  if (retryAfter !== null) notes.push(`Try again in ${retryAfter} s.`);
  if (response.status === 401) notes.push('Give a key with --api-key or TROUPE_API_KEY.');
  return new Failure(`${problem.detail} (${String(problem.code)})`, {
    notes,
    status: response.status,
    temporary,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, say: shown as it is.
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isListed = (value: unknown): value is ListedTask =>
  isObject(value) &&
  typeof value.id === 'string' &&
  typeof value.status === 'string' &&
  Array.isArray(value.waitingFor);

const isTask = (value: unknown): value is TaskView =>
  isListed(value) && 'steps' in value && Array.isArray(value.steps);

const isTaskList = (value: unknown): value is TaskList =>
  isObject(value) && Array.isArray(value.tasks) && value.tasks.every(isListed);

const isSummary = (value: unknown): value is WorkflowSummary =>
  isObject(value) &&
  typeof value.namespace === 'string' &&
  typeof value.name === 'string' &&
  typeof value.version === 'string';

const isWorkflowList = (value: unknown): value is { workflows: WorkflowSummary[] } =>
  isObject(value) && Array.isArray(value.workflows) && value.workflows.every(isSummary);

const isWorkflow = (value: unknown): value is WorkflowView =>
  isSummary(value) && 'steps' in value && Array.isArray(value.steps);

const isCurrent = (value: unknown): value is CurrentVersion =>
  isSummary(value) && 'choices' in value && Array.isArray(value.choices);

const isHistory = (value: unknown): value is { events: HistoryEvent[] } =>
  isObject(value) && Array.isArray(value.events) && value.events.every(isObject);

const isReceipt = (value: unknown): value is SignalReceipt =>
  isObject(value) && typeof value.id === 'string' && typeof value.delivered === 'number';

const isTaskReceipt = (value: unknown): value is TaskSignalReceipt =>
  isObject(value) && typeof value.id === 'string' && typeof value.taken === 'boolean';

const isSignalList = (value: unknown): value is { signals: SignalView[] } =>
  isObject(value) && Array.isArray(value.signals) && value.signals.every(isObject);

const isApprovalPage = (value: unknown): value is ApprovalPage =>
  isObject(value) &&
  Array.isArray(value.approvals) &&
  value.approvals.every(isObject) &&
  'nextCursor' in value;
