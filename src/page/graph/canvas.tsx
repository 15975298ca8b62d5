/**
 * A drawing one can move about in and come closer to, with wheel, pointer and keyboard. What is drawn is asked for
 * again only when one has left the part that was, so that moving costs no drawing.
 */

import type { ComponentChildren } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import './canvas.css';
import type { Box } from '../../diagrams/layout.ts';
import { useGestures } from './use-gestures.ts';
import { useSize } from './use-size.ts';
import { fitting, moved, type Shown, type View, visibleBox, windowAround, zoomed } from './view.ts';

interface CanvasProps {
  readonly label: string;
  readonly content: Box;
  /** The part to begin with where the whole would be too small to read. */
  readonly focus?: Box | null;
  /** Keep it the same while it draws the same: a new one is asked at once. */
  readonly draw: (shown: Shown) => ComponentChildren;
  readonly tools?: ComponentChildren;
}

const STEP_PX = 60;
const ZOOM_STEP = 1.35;

export function Canvas({ label, content, focus = null, draw, tools }: CanvasProps) {
  const [frame, size] = useSize<HTMLElement>();
  // null: fitted, also when the frame or the focus changes.
  const [own, setOwn] = useState<View | null>(null);
  const view = useMemo(() => own ?? fitting(content, size, focus), [own, content, size, focus]);
  const svg = useRef<SVGSVGElement>(null);
  const latest = useRef(view);
  latest.current = view;

  const box = visibleBox(view, size);
  const shown = windowAround(box, view.scale);
  const drawing = useMemo(() => draw(shown), [draw, ...shown.key]);

  const change = (next: View): void => {
    latest.current = next;
    setOwn(next);
  };
  useGestures(svg, latest, change);
  const zoom = (factor: number): void => change(zoomed(latest.current, factor));
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = keys(
      event.key,
      zoom,
      (x, y) => change(moved(latest.current, x, y)),
      () => change(fitting(content, size)),
    );
    if (act === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };

  return (
    <section
      class="canvas"
      ref={frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved about in with the keyboard
      tabIndex={0}
      aria-label={`${label}; arrows move, plus and minus zoom, 0 fits`}
      onKeyDown={onKeyDown}
    >
      <svg ref={svg} role="presentation" viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}>
        {drawing}
      </svg>
      <div class="canvas-tools">
        {tools}
        <button type="button" aria-label="Closer" onClick={() => zoom(ZOOM_STEP)}>
          +
        </button>
        <button type="button" aria-label="Further away" onClick={() => zoom(1 / ZOOM_STEP)}>
          −
        </button>
        <button type="button" onClick={() => change(fitting(content, size))}>
          Fit
        </button>
      </div>
    </section>
  );
}

function keys(
  key: string,
  zoom: (factor: number) => void,
  move: (x: number, y: number) => void,
  refit: () => void,
): (() => void) | null {
  switch (key) {
    case 'ArrowLeft':
      return () => move(-STEP_PX, 0);
    case 'ArrowRight':
      return () => move(STEP_PX, 0);
    case 'ArrowUp':
      return () => move(0, -STEP_PX);
    case 'ArrowDown':
      return () => move(0, STEP_PX);
    case '+':
    case '=':
      return () => zoom(ZOOM_STEP);
    case '-':
      return () => zoom(1 / ZOOM_STEP);
    case '0':
      return refit;
    default:
      return null;
  }
}
