/** Above the list: what is selected, what came in meanwhile, and what can be told to many tasks at once. */

import type { BulkVerb } from './acceptance.ts';

interface BulkBarProps {
  readonly selected: number;
  /** The number of chosen tasks on other pages. */
  readonly elsewhere: number;
  /** How many new tasks wait above the list, as a text; null for none. */
  readonly waiting: string | null;
  /** The list is filtered, and not empty: all that match may be told something. */
  readonly canTellAll: boolean;
  readonly onNew: () => void;
  readonly onClear: () => void;
  readonly onAsk: (verb: BulkVerb, all: boolean) => void;
}

export function BulkBar({ selected, elsewhere, waiting, canTellAll, onNew, onClear, onAsk }: BulkBarProps) {
  return (
    <div class="bulk row">
      {selected > 0 ? (
        <>
          <b>{selected} selected</b>
          {elsewhere > 0 && <span class="muted">{elsewhere} of them not on this page</span>}
          <button type="button" onClick={() => onAsk('retry', false)}>
            Retry…
          </button>
          <button type="button" class="danger" onClick={() => onAsk('cancel', false)}>
            Cancel…
          </button>
          <button type="button" class="plain" onClick={onClear}>
            Select none
          </button>
        </>
      ) : (
        <span class="muted keys">
          <kbd>j</kbd> <kbd>k</kbd> move <kbd>Enter</kbd> open <kbd>x</kbd> select <kbd>/</kbd> search
        </span>
      )}
      <span class="grow" />
      <span role="status" aria-label="New tasks">
        {waiting !== null && (
          <button type="button" class="new" onClick={onNew} title="Show them">
            ↑ {waiting}
          </button>
        )}
      </span>
      {canTellAll && (
        <>
          <span class="muted">All that match:</span>
          <button type="button" onClick={() => onAsk('retry', true)}>
            Retry all…
          </button>
          <button type="button" class="danger" onClick={() => onAsk('cancel', true)}>
            Cancel all…
          </button>
        </>
      )}
    </div>
  );
}
