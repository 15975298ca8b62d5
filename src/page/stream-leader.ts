/**
 * The tab that holds the stream of events for all tabs of a browser: it asks the server for what they want between them,
 * and tells them which of it has changed, a few times a second at most.
 */

import type { Fact } from '../views/tasks.ts';
import { follow, type ServerEvent } from './live.ts';

/** A leader tells this to all tabs, its own included. `path` and `lastId` are where another would go on. */
export type News = Place & { readonly type: 'news' } & (
    | { readonly what: 'open'; readonly gap: boolean }
    | { readonly what: 'changed'; readonly paths: readonly string[] }
    | { readonly what: 'sign' | 'broken' }
  );

type NewsBody = News extends infer Each
  ? Each extends News
    ? Omit<Each, keyof Place | 'type'>
    : never
  : never;

/** How far a stream was read. */
export interface Place {
  readonly path: string | null;
  readonly lastId: string | null;
}

/** Tabs that come and go together, as when a browser opens, make one change of the stream. */
const SETTLES_MS = 100;
/** A stream that brings more than is wanted is kept for a while: after a change of leaders not all have said yet. */
const NARROWS_AFTER_MS = 5_000;
const TELLS_EVERY_MS = 200;
const SIGN_EVERY_MS = 1_000;

export class StreamLeader {
  readonly #tell: (news: News) => void;
  /** The paths that each tab wants. */
  readonly #wanted = new Map<string, readonly string[]>();
  readonly #changed = new Set<string>();
  #place: Place;
  #stream: { readonly stop: AbortController; isOpen: boolean } | null = null;
  #settling = 0;
  #narrowing = 0;
  #telling = 0;
  #signedAt = 0;

  /** Goes on after `place`, if it brings what the tabs want. */
  constructor(place: Place, tell: (news: News) => void) {
    this.#place = place;
    this.#tell = tell;
  }

  want(tab: string, paths: readonly string[]): void {
    if (paths.length === 0) this.#wanted.delete(tab);
    else this.#wanted.set(tab, paths);
    clearTimeout(this.#settling);
    clearTimeout(this.#narrowing);
    this.#settling = window.setTimeout(() => this.#settle(), SETTLES_MS);
  }

  stop(): void {
    clearTimeout(this.#settling);
    clearTimeout(this.#narrowing);
    clearTimeout(this.#telling);
    this.#stream?.stop.abort();
    this.#stream = null;
  }

  #settle(): void {
    const wanted = commonPath([...this.#wanted.values()].flat());
    if (wanted === null || wanted === this.#place.path || !brings(this.#place.path, wanted)) {
      this.#take(wanted);
      return;
    }
    this.#take(this.#place.path);
    this.#narrowing = window.setTimeout(() => this.#take(wanted), NARROWS_AFTER_MS);
  }

  #take(path: string | null): void {
    if (this.#stream !== null && path === this.#place.path) {
      if (this.#stream.isOpen) this.#say({ what: 'open', gap: false });
      return;
    }
    // A place in another stream is no place to go on from in this one.
    const lastId = path === this.#place.path ? this.#place.lastId : null;
    this.stop();
    this.#place = { path, lastId };
    if (path !== null) this.#follow(path, lastId);
  }

  #follow(path: string, lastId: string | null): void {
    const stream = { stop: new AbortController(), isOpen: false };
    this.#stream = stream;
    void follow(path, (event) => this.#onEvent(event), {
      signal: stream.stop.signal,
      lastId,
      onOpen: (again) => {
        stream.isOpen = true;
        this.#say({ what: 'open', gap: again || lastId === null });
      },
      onSign: () => this.#sign(),
      onBroken: () => {
        stream.isOpen = false;
        this.#say({ what: 'broken' });
      },
    });
  }

  #onEvent({ id, data }: ServerEvent): void {
    const fact = JSON.parse(data) as Pick<Fact, 'taskId' | 'tenantId'>;
    for (const path of new Set([...this.#wanted.values()].flat()))
      if (isAbout(path, fact)) this.#changed.add(path);
    this.#place = { ...this.#place, lastId: id ?? this.#place.lastId };
    this.#telling ||= window.setTimeout(() => {
      this.#telling = 0;
      this.#say({ what: 'changed', paths: [...this.#changed] });
      this.#changed.clear();
    }, TELLS_EVERY_MS);
  }

  #sign(): void {
    const now = performance.now();
    if (now - this.#signedAt < SIGN_EVERY_MS) return;
    this.#signedAt = now;
    this.#say({ what: 'sign' });
  }

  #say(news: NewsBody): void {
    this.#tell({ type: 'news', ...this.#place, ...news });
  }
}

/** One path is asked for as it is; of several only all that the key may see is common. */
function commonPath(paths: readonly string[]): string | null {
  const [first = null, ...others] = new Set(paths);
  if (first === null || others.length === 0) return first;
  return first.split('?')[0] ?? first;
}

/** A stream of this path has all that one of `wanted` has. */
const brings = (path: string | null, wanted: string): boolean =>
  path !== null && commonPath([path, wanted]) === path;

function isAbout(path: string, { taskId, tenantId }: Pick<Fact, 'taskId' | 'tenantId'>): boolean {
  const asked = new URLSearchParams(path.split('?')[1]);
  return (asked.get('taskId') ?? taskId) === taskId && (asked.get('tenantId') ?? tenantId) === tenantId;
}
