/** A value as JSON, as text and nothing but text. */

import { useMemo } from 'preact/hooks';

/** A larger one is cut: the browser would spend its time on what nobody reads. */
const LONGEST = 20_000;

export function Json({ value }: { readonly value: unknown }) {
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? 'undefined', [value]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard
    <pre class="json" tabIndex={0}>
      {text.length <= LONGEST
        ? text
        : `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters`}
    </pre>
  );
}
