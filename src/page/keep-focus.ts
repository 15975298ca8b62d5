/**
 * Focus that stood on something that is gone, since a task moved on, a dialog was answered or a row was scrolled away,
 * goes to the nearest place around it that is still there: who works with the keyboard stays where he was.
 */

/** From the innermost on, what had the focus last and all around it. */
let trail: Element[] = [];

export function keepFocus(): void {
  document.addEventListener('focusin', ({ target }) => {
    trail = target instanceof Element ? aroundOf(target) : [];
  });
  // A user who points at something else has left it.
  document.addEventListener('pointerdown', () => {
    trail = [];
  });
  new MutationObserver(restore).observe(document.body, { childList: true, subtree: true });
}

function aroundOf(element: Element): Element[] {
  const around: Element[] = [];
  for (let at: Element | null = element; at !== null; at = at.parentElement) around.push(at);
  return around;
}

function restore(): void {
  if (document.activeElement !== document.body || trail[0]?.isConnected !== false) return;
  const place = trail.find((element) => element.isConnected);
  if (!(place instanceof HTMLElement) || place.closest('main') === null) return;
  // In the order of the keyboard only what was made for it.
  if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}
