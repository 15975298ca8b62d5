/** Leads through a list page by page: on, and back to its beginning. */

import { setQuery } from './router.ts';

interface PagerProps {
  /** The page that is shown; undefined for the first. */
  readonly cursor: string | undefined;
  /** The next one; null: there is none. */
  readonly next: string | null;
  readonly names: { readonly first: string; readonly next: string };
}

export function Pager({ cursor, next, names }: PagerProps) {
  if (cursor === undefined && next === null) return null;
  return (
    <nav class="row pager" aria-label="Pages">
      {cursor !== undefined && (
        <button type="button" onClick={() => setQuery({ cursor: null })}>
          {names.first}
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={() => setQuery({ cursor: next })}>
          {names.next}
        </button>
      )}
    </nav>
  );
}
