/** Puts the link of a question on the clipboard, for somebody without a key. */

import { useState } from 'preact/hooks';

export function CopyLink({ link }: { readonly link: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setSaid('Copied');
    } catch {
      // Browsers give no clipboard to a page that came without TLS from another host; the link can be followed.
      setSaid('Not allowed by the browser');
    }
  };
  return (
    <button
      type="button"
      class="link"
      title="Whoever has it can answer, without a key"
      onClick={() => void copy()}
      onBlur={() => setSaid(null)}
    >
      <span role="status">{said ?? 'Copy link'}</span>
    </button>
  );
}
