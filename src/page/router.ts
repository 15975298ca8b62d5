/**
 * Where the page is, as its address says: what one sees can be linked to, reloaded and gone back from. Plain links
 * work; those that stay within the page are taken without a request.
 */

import { createAtom } from '@xstate/store';
import { useAtom } from './use-atom.ts';

export interface Route {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

const route = createAtom<Route>(read());

export const useRoute = (): Route => useAtom(route);

export interface Going {
  /** Without an entry of its own in the history of the tab: what changes while one drags a slider, say. */
  readonly replace?: boolean;
}

export function navigate(href: string, { replace = false }: Going = {}): void {
  if (href === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  const before = route.get().path;
  route.set(read());
  if (route.get().path !== before) window.scrollTo(0, 0);
}

/** Changes some of the query and keeps the rest; null takes a parameter away. */
export function setQuery(change: Readonly<Record<string, string | number | null>>, going?: Going): void {
  const { path, query } = route.get();
  navigate(hrefOf(path, { ...query, ...change }), going);
}

/** A path and its query, of this page or of the server; parameters without a value are left out. */
export function hrefOf(
  path: string,
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Paths of the page, with every user-given name as one part. */
export const pathTo = {
  tasks: '/',
  task: (id: string) => `/ui/tasks/${encodeURIComponent(id)}`,
  approvals: '/ui/approvals',
  overview: '/ui/overview',
  workflows: '/ui/workflows',
  workflow: (name: string) => `/ui/workflows/${encodeURIComponent(name)}`,
  machines: '/ui/machines',
  machine: (kind: string) => `/ui/machines/${encodeURIComponent(kind)}`,
  submit: '/ui/submit',
} as const;

/** The parts of a path after `/ui`, decoded; one that cannot be decoded stays as it is. */
export function partsOf(path: string): string[] {
  return path
    .replace(/^\/ui(\/|$)/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Typed by hand: it names nothing, and is said to be not found as it was typed.
    return part;
  }
}

function read(): Route {
  return { path: location.pathname, query: Object.fromEntries(new URLSearchParams(location.search)) };
}

export function startRouter(): void {
  window.addEventListener('popstate', () => route.set(read()));
  document.addEventListener('click', (event) => {
    const { target, button, defaultPrevented } = event;
    if (defaultPrevented || button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    const link = target instanceof Element ? target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !isOurs(link.pathname)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

const isOurs = (path: string): boolean => path === '/' || path.startsWith('/ui/');
