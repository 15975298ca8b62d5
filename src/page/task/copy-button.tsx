/** Shows a text, and puts it on the clipboard. */

import { useCopy } from '../use-copy.ts';

export function CopyButton({ name, text }: { readonly name: string; readonly text: string }) {
  const { said, copy, forget } = useCopy(text, 'Not allowed: select the text');
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" aria-label={`Copy as ${name}`} onClick={copy} onBlur={forget}>
        <span role="status">{said ?? `Copy as ${name}`}</span>
      </button>
    </div>
  );
}
