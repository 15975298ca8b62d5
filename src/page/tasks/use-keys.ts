/** The keyboard of the task list: j and k move, Enter opens, x selects, / searches. */

import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { TaskSummary } from '../../actors/views.ts';
import { navigate, pathTo } from '../router.ts';

/** The id of the task the keyboard is at, which stays when new tasks come in above it. */
export function useKeys(
  tasks: readonly TaskSummary[],
  search: RefObject<HTMLInputElement | null>,
  onSelect: (id: string) => void,
  enabled: boolean,
): string | null {
  const [current, setCurrent] = useState<string | null>(null);
  // Before the next key, however soon that is pressed.
  useLayoutEffect(() => {
    if (!enabled) return;
    const at = tasks.findIndex(({ id }) => id === current);
    const move = (to: number): void =>
      setCurrent(tasks[Math.max(0, Math.min(tasks.length - 1, to))]?.id ?? null);
    function onKey(event: KeyboardEvent): void {
      if (event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      if (event.key === 'j') move(at + 1);
      else if (event.key === 'k') move(at === -1 ? 0 : at - 1);
      else if (event.key === '/') search.current?.focus();
      else if (at === -1 || current === null) return;
      else if (event.key === 'x') onSelect(current);
      else if (event.key === 'Enter' && !(event.target instanceof HTMLAnchorElement))
        navigate(pathTo.task(current));
      else return;
      event.preventDefault();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  return current;
}

/** What takes keys itself. */
const isBusy = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input:not([type="checkbox"]), textarea, select, button') !== null;
