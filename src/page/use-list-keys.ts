/** The keyboard of a list: j and k move, Escape lets go, and other keys act on the row one is at. */

import { useLayoutEffect } from 'preact/hooks';

interface ListKeys {
  readonly ids: readonly string[];
  /** The id of the row the keyboard is at. */
  readonly current: string | null;
  readonly onMove: (id: string | null) => void;
  /** By key. Enter on a link is the link's own. */
  readonly acts: Readonly<Record<string, (id: string) => void>>;
  /** Told that somebody wants to search, for a list that can be. */
  readonly onSearch?: () => void;
  readonly isEnabled?: boolean;
}

export function useListKeys({ ids, current, onMove, acts, onSearch, isEnabled = true }: ListKeys): void {
  // Before the next key, however soon that is pressed.
  useLayoutEffect(() => {
    if (!isEnabled) return;
    const at = current === null ? -1 : ids.indexOf(current);
    const move = (to: number): void => onMove(ids[Math.max(0, Math.min(ids.length - 1, to))] ?? null);
    function onKey(event: KeyboardEvent): void {
      const { key, target } = event;
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(target)) return;
      if (key === 'j') move(at + 1);
      else if (key === 'k') move(at === -1 ? 0 : at - 1);
      else if (key === '/' && onSearch !== undefined) onSearch();
      else if (at === -1 || current === null) return;
      else if (key === 'Escape') onMove(null);
      else if (Object.hasOwn(acts, key) && !(key === 'Enter' && target instanceof HTMLAnchorElement))
        acts[key]?.(current);
      else return;
      event.preventDefault();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

/** Tells whether the element takes keys itself. */
const isBusy = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input:not([type="checkbox"]), textarea, select, button') !== null;
