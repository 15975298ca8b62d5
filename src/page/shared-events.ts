/**
 * The events of the server, of which all tabs of a browser with the same key share one stream: browsers open six
 * connections to a server, and a stream for each tab would leave none for requests. The visible tab that holds a lock
 * leads; when it is hidden, closed or dead, the next one goes on where it stopped. Where a browser has no locks or no
 * channels (a page that came neither by HTTPS nor from this machine), a visible tab has a stream of its own.
 */

import { heardEvents, wantEvents } from './connection.ts';
import { session } from './session.ts';
import { type News, type Place, StreamLeader } from './stream-leader.ts';

/** Wants no events of its own, and is told of all that others want: a page has few things that change unseen. */
export const OVERHEARD = 'overheard';

export interface Listener {
  /** `/events` and what it is filtered by, or OVERHEARD. */
  readonly path: string;
  readonly onFact: () => void;
  /** Events may have been missed. */
  readonly onGap: () => void;
}

type Message =
  | News
  /** A tab wants these paths; none any more when it leaves. */
  | { readonly type: 'want'; readonly tab: string; readonly paths: readonly string[] }
  /** A new leader asks what all want. */
  | { readonly type: 'ask' };

/** Going from one place of the page to the next is no reason to leave. */
const LEAVES_AFTER_MS = 100;

const TAB = `${Date.now()}-${Math.random()}`;
/** By listener, whether the stream is known to bring what it wants. */
const listeners = new Map<Listener, { isCovered: boolean }>();
let share: Share | null = null;

export function listen(listener: Listener): () => void {
  listeners.set(listener, { isCovered: false });
  settle();
  return () => {
    listeners.delete(listener);
    setTimeout(settle, LEAVES_AFTER_MS);
  };
}

// A hidden tab needs no events: it reads again when it is shown.
document.addEventListener('visibilitychange', settle);
window.addEventListener('pageshow', settle);
window.addEventListener('pagehide', () => leave());
session.subscribe(settle);

function settle(): void {
  const paths = [...new Set([...listeners.keys()].map(({ path }) => path))].filter(
    (path) => path !== OVERHEARD,
  );
  const isWanted = paths.length > 0 && !document.hidden;
  const name = isWanted ? `troupe.events.${digestOf(session.get().key ?? '')}` : null;
  if (share?.name !== name) leave();
  if (name !== null) share ??= new Share(name);
  wantEvents(isWanted);
  share?.want(paths);
}

function leave(): void {
  share?.leave();
  share = null;
  for (const listener of listeners.values()) listener.isCovered = false;
}

function hear(news: News): void {
  heardEvents(news.what !== 'broken');
  for (const [{ path, onFact, onGap }, listener] of [...listeners]) {
    if (news.what === 'changed' && (path === OVERHEARD || news.paths.includes(path))) onFact();
    if (news.what !== 'open') continue;
    if (!listener.isCovered) onFact();
    else if (news.gap) onGap();
    listener.isCovered = true;
  }
}

class Share {
  readonly name: string;
  readonly #channel: BroadcastChannel | null;
  readonly #left = new AbortController();
  #wanted: readonly string[] = [];
  #leader: StreamLeader | null = null;
  #place: Place = { path: null, lastId: null };

  constructor(name: string) {
    this.name = name;
    const shares = 'locks' in navigator && 'BroadcastChannel' in window;
    this.#channel = shares ? new BroadcastChannel(name) : null;
    this.#channel?.addEventListener('message', ({ data }) => this.#take(data as Message));
    if (shares) this.#leadInTurn();
    else this.#lead();
  }

  want(paths: readonly string[]): void {
    if (paths.join() === this.#wanted.join()) return;
    this.#wanted = paths;
    this.#sayWanted();
  }

  leave(): void {
    this.want([]);
    this.#left.abort();
    this.#leader?.stop();
    this.#channel?.close();
  }

  #leadInTurn(): void {
    const { signal } = this.#left;
    const lead = (): Promise<void> => {
      if (signal.aborted) return Promise.resolve();
      this.#lead();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    // It is refused when this tab leaves before its turn has come.
    navigator.locks.request(this.name, { signal }, lead).catch(() => undefined);
  }

  #lead(): void {
    this.#leader = new StreamLeader(this.#place, (news) => {
      this.#channel?.postMessage(news);
      hear(news);
    });
    this.#channel?.postMessage({ type: 'ask' } satisfies Message);
    this.#sayWanted();
  }

  #sayWanted(): void {
    const message = { type: 'want', tab: TAB, paths: this.#wanted } satisfies Message;
    if (this.#leader === null) this.#channel?.postMessage(message);
    else this.#take(message);
  }

  #take(message: Message): void {
    if (message.type === 'ask') this.#sayWanted();
    else if (message.type === 'want') this.#leader?.want(message.tab, message.paths);
    else {
      this.#place = { path: message.path, lastId: message.lastId };
      hear(message);
    }
  }
}

/** Tells keys apart without naming them: 64 bits, by FNV-1a. */
function digestOf(key: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(key))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16);
}
