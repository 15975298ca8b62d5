/** Puts a text on the clipboard, and says what came of it until the button is left. */

import { useState } from 'preact/hooks';

interface Copy {
  /** Null before a click, and again once the button is left. */
  readonly said: string | null;
  readonly copy: () => void;
  readonly forget: () => void;
}

/** `refused`: browsers give no clipboard to a page that came without TLS from another host. */
export function useCopy(text: string, refused: string): Copy {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid(refused);
    }
  };
  return { said, copy: () => void copy(), forget: () => setSaid(null) };
}
