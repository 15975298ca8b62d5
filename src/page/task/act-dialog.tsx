/** Asks before something is told to a task, shows beforehand what would follow, and how to say the same elsewhere. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { WhatIfView } from '../../views/moments.ts';
import { post } from '../api.ts';
import { ProblemNotice } from '../notice.tsx';
import { session } from '../session.ts';
import { useAttempt } from '../use-attempt.ts';
import { useModal } from '../use-modal.ts';
import { asCli, asCurl, type Command } from './commands.ts';
import { CopyButton } from './copy-button.tsx';
import { WhatIfResult } from './what-if-result.tsx';

interface ActDialogProps {
  /** `Approve`: names the dialog, and the button that does it. */
  readonly title: string;
  /** The thing it is told to: `step manager`. */
  readonly to: string;
  readonly command: Command;
  /** Nothing is missing. */
  readonly isReady: boolean;
  /** Null: a dry run would tell nothing. */
  readonly onTry: (() => Promise<WhatIfView>) | null;
  /** Takes the answer of the server; a text is shown in place of the question, null closes the dialog. */
  readonly onSent: (answer: unknown) => string | null;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function ActDialog(props: ActDialogProps) {
  const { title, to, command, isReady, onTry, onSent, onClose, children } = props;
  const modal = useModal(onClose);
  const [dry, setDry] = useState<WhatIfView | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const { busy, problem, attempt } = useAttempt();
  const send = (): Promise<void> =>
    attempt(async () => {
      const text = onSent(await post(command.path, command.body));
      if (text === null) modal.close();
      else setSaid(text);
    });
  const tryOut = (): Promise<void> => attempt(async () => setDry((await onTry?.()) ?? null));

  return (
    <dialog {...modal.props} aria-label={title}>
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          if (said === null && isReady) void send();
        }}
      >
        <h2>
          {title} {to}
        </h2>
        {said !== null && <p role="status">{said}</p>}
        {said === null && (
          <>
            {children}
            {problem !== null && <ProblemNotice problem={problem} />}
            {dry !== null && <WhatIfResult result={dry} />}
            <CopyButton name="curl" text={asCurl(command, location.origin, session.get().key !== null)} />
            <CopyButton name="CLI" text={asCli(command, location.origin)} />
          </>
        )}
        <div class="actions">
          <button type="button" class="plain" onClick={modal.close}>
            {said === null ? 'Not now' : 'Close'}
          </button>
          {said === null && onTry !== null && (
            <button type="button" disabled={busy || !isReady} onClick={() => void tryOut()}>
              Dry run
            </button>
          )}
          {said === null && (
            <button type="submit" class="primary" disabled={busy || !isReady}>
              {title}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}
