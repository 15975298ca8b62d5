/** Wheel and pointers that move a drawing or bring it closer: drag to move, wheel or two fingers to zoom. */

import { useEffect, useRef } from 'preact/hooks';
import { moved, type View, zoomed } from './view.ts';

/** A pointer that moved less meant a click. */
const CLICK_PX = 4;

export function useGestures(
  svg: { readonly current: SVGSVGElement | null },
  latest: { readonly current: View },
  change: (view: View) => void,
): void {
  const changing = useRef(change);
  changing.current = change;
  useEffect(() => {
    const element = svg.current;
    if (element === null) return;
    const pointers = new Map<number, { x: number; y: number }>();
    let dragged = 0;

    // Not as a property of the element: the page would scroll before a passive listener could say no.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const rect = element.getBoundingClientRect();
      const [x, y] = [event.clientX - rect.left - rect.width / 2, event.clientY - rect.top - rect.height / 2];
      changing.current(zoomed(latest.current, Math.exp(-clamp(event.deltaY) / 300), x, y));
    };
    const onDown = (event: PointerEvent): void => {
      if (event.button !== 0) return;
      if (pointers.size === 0) dragged = 0;
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    };
    const onMove = (event: PointerEvent): void => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const [x, y] = [event.clientX - before.x, event.clientY - before.y];
      dragged += Math.abs(x) + Math.abs(y);
      if (dragged < CLICK_PX) return;
      if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (other === undefined) {
        changing.current(moved(latest.current, -x, -y));
        return;
      }
      const apart = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      const were = Math.hypot(before.x - other.x, before.y - other.y) || 1;
      changing.current(zoomed(latest.current, apart / were));
    };
    const onUp = (event: PointerEvent): void => {
      pointers.delete(event.pointerId);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
    };
  }, [svg, latest]);
}

const clamp = (delta: number): number => Math.max(-120, Math.min(120, delta));
