/** A long list of rows of one height, of which only those in view are drawn: 20,000 cost as much as 40. */

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useSize } from '../graph/use-size.ts';

interface VirtualRowsProps {
  readonly count: number;
  readonly rowHeightPx: number;
  /** Brought into view when it changes; -1 for none. */
  readonly reveal?: number;
  readonly label: string;
  /** Each gives an `<li>` with a key, `rowHeightPx` high. */
  readonly row: (index: number) => ComponentChildren;
}

/** Drawn above and below what is in view, so that a fast scroll meets no blank. */
const SPARE_ROWS = 12;

export function VirtualRows({ count, rowHeightPx, reveal = -1, label, row }: VirtualRowsProps) {
  const [frame, { height }] = useSize<HTMLElement>();
  const [first, setFirst] = useState(0);
  const inView = Math.ceil(height / rowHeightPx) + 1;
  const start = Math.max(0, Math.min(first, count - inView) - SPARE_ROWS);
  const end = Math.min(count, first + inView + SPARE_ROWS);

  const shown = useRef({ reveal: -1, count: 0, height: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    const before = shown.current;
    shown.current = { reveal, count, height };
    if (element === null || reveal < 0) return;
    const { scrollTop, clientHeight } = element;
    const isInView = (row: number, within: number): boolean =>
      row * rowHeightPx >= scrollTop && (row + 1) * rowHeightPx <= scrollTop + within;
    if (isInView(reveal, clientHeight)) return;
    // A user who scrolled away is not pulled back when the list gets another size, or its end another row.
    const follows = reveal === before.reveal || (reveal === count - 1 && before.reveal === before.count - 1);
    if (follows && before.height > 0 && !isInView(before.reveal, before.height)) return;
    element.scrollTop = Math.max(0, reveal * rowHeightPx - clientHeight / 2);
  }, [reveal, count, height, rowHeightPx, frame]);

  const rows: ComponentChildren[] = [];
  for (let index = start; index < end; index++) rows.push(row(index));
  return (
    <section
      class="virtual"
      ref={frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard
      tabIndex={0}
      aria-label={label}
      onScroll={({ currentTarget }) => setFirst(Math.floor(currentTarget.scrollTop / rowHeightPx))}
    >
      <div class="virtual-space" style={{ height: `${count * rowHeightPx}px` }}>
        <ul style={{ transform: `translateY(${start * rowHeightPx}px)` }}>{rows}</ul>
      </div>
    </section>
  );
}
