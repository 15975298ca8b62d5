/** Tells whether somebody reads a list, so that its rows are to hold still. */

import { useEffect, useState } from 'preact/hooks';

/** A user who scrolled, points at the list or has focus in it reads it: moving rows would be lost. */
export function useIsReading() {
  const [isScrolled, setScrolled] = useState(false);
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  useEffect(() => {
    const look = (): void => setScrolled(window.scrollY > 0);
    look();
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  const props = {
    // A finger points at nothing once it is lifted.
    onPointerEnter: ({ pointerType }: PointerEvent) => setPointed(pointerType !== 'touch'),
    onPointerMove: ({ pointerType }: PointerEvent) => setPointed(pointerType !== 'touch'),
    onPointerLeave: () => setPointed(false),
    onFocusIn: ({ target }: FocusEvent) =>
      setFocused(target instanceof Element && target.matches(':focus-visible')),
    onFocusOut: () => setFocused(false),
  };
  return { isReading: isScrolled || isPointed || isFocused, props };
}
