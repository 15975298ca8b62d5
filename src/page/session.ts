/**
 * The API key of this browser, which all of its tabs share. It lasts as long as the browser session, or until it is
 * forgotten if its owner wants it kept; forgetting it in one tab forgets it in all.
 */

import { createAtom } from '@xstate/store';

export interface Session {
  readonly key: string | null;
  /** Why the server wants a key, while it waits for one; null when all is well. */
  readonly refused: string | null;
}

const NAME = 'troupe.key';
/** Cookies know no ports: another server on this machine has a name of its own. */
const PAD = `troupe.pad.${location.port}`;

export const session = createAtom<Session>({ key: storedKey(), refused: null });

// Told to all tabs but the one that changed it.
window.addEventListener('storage', ({ key: name }) => {
  if (name !== NAME && name !== null) return;
  const key = storedKey();
  if (key !== session.get().key) session.set({ key, refused: null });
});

export function signIn(key: string, keep: boolean): void {
  storeKey(key, keep);
  session.set({ key, refused: null });
}

export function signOut(): void {
  forget();
  session.set({ key: null, refused: null });
}

/** The server does not take `key` any more; one that was given meanwhile deserves an answer of its own. */
export function refuse(key: string | null, why: string): void {
  if (session.get().key !== key) return;
  if (storedKey() === key) forget();
  session.set({ key: null, refused: key === null ? 'This server asks for an API key.' : why });
}

/**
 * Kept as it is, or else sealed: what is stored is of no use without a pad of equal length, and the pad is a cookie that
 * ends with the browser session. Sent to this server or to another on this host, the pad alone tells nothing.
 */
function storeKey(key: string, keep: boolean): void {
  const bytes = new TextEncoder().encode(key);
  const pad = crypto.getRandomValues(new Uint8Array(bytes.length));
  storePad(keep ? null : pad);
  try {
    if (!keep && padStored() === null) sessionStorage.setItem(NAME, key);
    else localStorage.setItem(NAME, keep ? `kept ${key}` : `sealed ${hexOf(mixed(bytes, pad))}`);
  } catch {
    // A browser that stores nothing knows the key until the page is left.
  }
}

function storedKey(): string | null {
  const [, how, text = ''] = /^(kept|sealed) (.+)$/.exec(stored(() => localStorage) ?? '') ?? [];
  if (how === 'kept') return text;
  const [sealed, pad] = [bytesOf(text), padStored()];
  if (how === 'sealed' && pad?.length === sealed.length) return new TextDecoder().decode(mixed(sealed, pad));
  return stored(() => sessionStorage);
}

function stored(storage: () => Storage): string | null {
  try {
    return storage().getItem(NAME);
  } catch {
    // As above: nothing is stored.
    return null;
  }
}

function forget(): void {
  storePad(null);
  try {
    sessionStorage.removeItem(NAME);
    localStorage.removeItem(NAME);
  } catch {
    // As above: there is nothing to forget.
  }
}

function storePad(pad: Uint8Array | null): void {
  const [value, age] = pad === null ? ['', '; Max-Age=0'] : [hexOf(pad), ''];
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not where neither HTTPS nor localhost is
  document.cookie = `${PAD}=${value}; Path=/; SameSite=Strict${age}`;
}

function padStored(): Uint8Array | null {
  const cookie = document.cookie.split('; ').find((each) => each.startsWith(`${PAD}=`));
  return cookie === undefined ? null : bytesOf(cookie.slice(PAD.length + 1));
}

function mixed(bytes: Uint8Array, pad: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (byte, index) => byte ^ (pad[index] ?? 0));
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
