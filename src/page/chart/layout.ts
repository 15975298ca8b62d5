/** A statechart as the server lays it out; every coordinate counts from the top left of the whole drawing. */

import type { Point } from '../graph/layout.ts';

export interface ChartState {
  /** As tasks and steps spell it: `retrying.backoff`. */
  readonly id: string;
  readonly path: readonly string[];
  readonly initial: boolean;
  readonly final: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly children?: readonly ChartState[];
}

export interface ChartTransition {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** The type of the event; empty when it needs none. */
  readonly event: string;
  readonly guard: string | null;
  readonly points: readonly Point[];
  /** The middle of the label. */
  readonly labelAt: Point;
}

export interface MachineChart {
  readonly kind: string;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
  readonly width: number;
  readonly height: number;
}
