/** How large an element is drawn, as it changes. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Size } from './view.ts';

export function useSize<Kind extends Element>(): [{ current: Kind | null }, Size] {
  const ref = useRef<Kind | null>(null);
  // Something until it is measured, so that nothing is divided by zero.
  const [size, setSize] = useState<Size>({ width: 800, height: 480 });
  useEffect(() => {
    if (ref.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      if (width > 0 && height > 0) setSize({ width, height });
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
