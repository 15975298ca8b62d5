/** The keyboard of the task list: j and k move, Enter opens, x selects, Escape lets go, / searches. */

import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { TaskSummary } from '../../views/tasks.ts';
import { navigate, pathTo } from '../router.ts';

interface Keys {
  readonly tasks: readonly TaskSummary[];
  /** The id of the task the keyboard is at. */
  readonly current: string | null;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onMove: (id: string | null) => void;
  readonly onSelect: (id: string) => void;
  readonly isEnabled: boolean;
}

export function useKeys({ tasks, current, search, onMove, onSelect, isEnabled }: Keys): void {
  // Before the next key, however soon that is pressed.
  useLayoutEffect(() => {
    if (!isEnabled) return;
    const at = tasks.findIndex(({ id }) => id === current);
    const move = (to: number): void => onMove(tasks[Math.max(0, Math.min(tasks.length - 1, to))]?.id ?? null);
    function onKey(event: KeyboardEvent): void {
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      if (event.key === 'j') move(at + 1);
      else if (event.key === 'k') move(at === -1 ? 0 : at - 1);
      else if (event.key === '/') search.current?.focus();
      else if (at === -1 || current === null) return;
      else if (event.key === 'Escape') onMove(null);
      else if (event.key === 'x') onSelect(current);
      else if (event.key === 'Enter' && !(event.target instanceof HTMLAnchorElement))
        navigate(pathTo.task(current));
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
