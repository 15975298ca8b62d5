/** Puts a text on the clipboard and says that it did. */

import { useState } from 'preact/hooks';

export function CopyButton({ name, text }: { readonly name: string; readonly text: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      // Browsers give no clipboard to a page that came without TLS from another host.
      setSaid('Not allowed: select the text');
    }
  };
  return (
    <div class="command">
      <code>{text}</code>
      <button
        type="button"
        aria-label={`Copy as ${name}`}
        onClick={() => void copy()}
        onBlur={() => setSaid(null)}
      >
        <span role="status">{said ?? `Copy as ${name}`}</span>
      </button>
    </div>
  );
}
