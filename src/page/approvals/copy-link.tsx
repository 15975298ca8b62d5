/** Puts the link of a question on the clipboard, for somebody without a key; one can follow it as well. */

import { useCopy } from '../use-copy.ts';

export function CopyLink({ link }: { readonly link: string }) {
  const { said, copy, forget } = useCopy(link, 'Not allowed by the browser');
  return (
    <button
      type="button"
      class="link"
      title="Whoever has it can answer, without a key"
      onClick={copy}
      onBlur={forget}
    >
      <span role="status">{said ?? 'Copy link'}</span>
    </button>
  );
}
