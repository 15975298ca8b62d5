/** A dialog that is in front of the page for as long as it is rendered. */

import { useEffect, useRef } from 'preact/hooks';

/** `onClose` hears once that it was closed, by `close` or by Escape; the focus is with what opened it then. */
export function useModal(onClose: () => void) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isClosed = useRef(false);
  // Not before the press of Enter that asked for it is over: it would be taken for the answer.
  useEffect(() => dialog.current?.showModal(), []);

  // The event that a dialog was closed comes some time later, when the next may have been asked for already.
  const close = (): void => {
    if (isClosed.current) return;
    isClosed.current = true;
    dialog.current?.close();
    onClose();
  };
  const onCancel = (event: Event): void => {
    event.preventDefault();
    close();
  };
  return { close, props: { ref: dialog, onCancel, onClose: close } };
}
