/**
 * Drawings as they are sent: boxes and lines with their places, counted in pixels from the top left corner of the
 * whole drawing. Shapes alone and no imports, since the page in the browser reads them too.
 */

export type Point = readonly [x: number, y: number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GraphNode extends Box {
  readonly name: string;
  readonly handler: string;
  /** Names who does it: the handler, or the work that Troupe does itself. */
  readonly work: string;
  /** Words that set it apart besides. */
  readonly marks: readonly string[];
  readonly critical: boolean;
  readonly optional: boolean;
  /** It runs when all other steps have ended and one failed; no edge leads to it. */
  readonly onFailure: boolean;
  /** A compensation stands beside the step that it takes back. */
  readonly compensates?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The data that flows along it, and the condition of the branch. */
  readonly labels: readonly string[];
  /** None where it is in a bundle. */
  readonly points: readonly Point[];
  /** The middle of the first label; the others stand below it. */
  readonly labelAt: Point;
}

/** Dependencies that cannot be drawn apart: from or to a group, or cut off for want of room. */
export interface GraphBundle {
  /** The number of dependencies in it. */
  readonly count: number;
  readonly points: readonly Point[];
  /** The middle of the count. */
  readonly labelAt: Point;
}

/** Compensations are joined by these: each with its step, and with those that run after it. */
export interface BackLine {
  /** A compensation. */
  readonly from: string;
  readonly to: string;
  /** Both ends are compensations, and `to` runs after `from`; else `to` is the step. */
  readonly isOrder: boolean;
  readonly points: readonly Point[];
}

/** The steps of a workflow. It depends on the definition alone, so every moment is drawn at the same places. */
export interface WorkflowGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly bundles: readonly GraphBundle[];
  /** Around the steps of a layer whose dependencies are bundled. */
  readonly groups: readonly Box[];
  /** Missing of a workflow without compensations. */
  readonly back?: readonly BackLine[];
  readonly width: number;
  readonly height: number;
}

export interface ChartState extends Box {
  /** As tasks and steps spell it: `retrying.backoff`. */
  readonly id: string;
  readonly path: readonly string[];
  readonly initial: boolean;
  readonly final: boolean;
  readonly children?: readonly ChartState[];
}

export interface ChartTransition {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** The type of the event; empty when it needs none. */
  readonly event: string;
  readonly guard: string | null;
  /** Transitions between the same two states share their points, and their labels stand one below the other. */
  readonly points: readonly Point[];
  /** The middle of the label. */
  readonly labelAt: Point;
}

/** A statechart. */
export interface MachineChart {
  readonly kind: string;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
  readonly width: number;
  readonly height: number;
}
