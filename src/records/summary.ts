/**
 * Sums up a record from its rows and the graph of its workflow alone. It tells how many orders came through,
 * which steps failed them, how long they took, and what steps side by side saved.
 */

import type { StepDefinition, WorkflowDefinition } from '../workflow/definition.ts';
import { phaseOf } from '../workflow/markdown/names.ts';
import { criticalPathMs, stepsInOrder } from './graph.ts';
import { failed, followOrders, type Order, succeeded } from './orders.ts';
import type { Execution } from './read.ts';

export interface OrderSummary {
  readonly name: string;
  /** `unfinished`: nothing failed, but a step that could have run has no row. */
  readonly status: 'complete' | 'failed' | 'unfinished';
  readonly failedSteps: readonly string[];
  /** A failure handler took care of it. */
  readonly handled: boolean;
  /** The durations of all its rows together. */
  readonly totalMs: number;
  /** With steps that may run side by side counted so. */
  readonly criticalPathMs: number;
}

export interface StepSummary {
  readonly name: string;
  readonly executions: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly meanMs: number | null;
  readonly longestMs: number | null;
}

export interface Summary {
  readonly workflow: string;
  readonly executions: number;
  readonly orders: {
    readonly received: number;
    readonly complete: number;
    readonly failed: number;
    readonly unfinished: number;
    /** Complete ones among all; null when there are none. */
    readonly successRate: number | null;
    readonly handledFailures: number;
  };
  /** Per complete order, in ms with at most three decimals; null when there are none. */
  readonly mean: {
    readonly totalMs: number;
    readonly criticalPathMs: number;
    readonly savedMs: number;
  } | null;
  readonly steps: readonly StepSummary[];
  readonly perOrder: readonly OrderSummary[];
  /** Rows that tell of no order, by their lines: they count for their step, but for no order. */
  readonly unattributedLines: readonly number[];
}

export function summarize(definition: WorkflowDefinition, executions: readonly Execution[]): Summary {
  const ordered = stepsInOrder(definition);
  const { orders, unattributed } = followOrders(definition, executions);
  const perOrder = orders.map((order) => orderSummary(ordered, order));
  const complete = perOrder.filter(({ status }) => status === 'complete');
  return {
    workflow: definition.name,
    executions: executions.length,
    orders: {
      received: perOrder.length,
      complete: complete.length,
      failed: perOrder.filter(({ status }) => status === 'failed').length,
      unfinished: perOrder.filter(({ status }) => status === 'unfinished').length,
      successRate: perOrder.length === 0 ? null : complete.length / perOrder.length,
      handledFailures: perOrder.filter(({ handled }) => handled).length,
    },
    mean: means(complete),
    steps: stepSummaries(definition, executions),
    perOrder,
    unattributedLines: unattributed.map(({ line }) => line).sort((a, b) => a - b),
  };
}

function orderSummary(ordered: readonly StepDefinition[], order: Order): OrderSummary {
  const failedSteps = ordered.filter((step) => failsOrder(step, order)).map(({ name }) => name);
  const timeOf = (step: StepDefinition) => totalMs(order.executions.get(step.name) ?? []);
  const unfinished = ordered.some((step) => isDue(step, order));
  return {
    name: order.name,
    status: failedSteps.length > 0 ? 'failed' : unfinished ? 'unfinished' : 'complete',
    failedSteps,
    handled: ordered.some(
      (step) => step.failuresAs !== undefined && (order.executions.get(step.name) ?? []).some(succeeded),
    ),
    totalMs: ordered.reduce((sum, step) => sum + timeOf(step), 0),
    criticalPathMs: criticalPathMs(ordered, timeOf),
  };
}

/** The last attempt counts. A failed optional step is skipped, and one that handles failures is no part of the order. */
function failsOrder(step: StepDefinition, order: Order): boolean {
  const last = order.last(step.name);
  return last !== undefined && failed(last) && !step.optional && step.failuresAs === undefined;
}

/** It has no row though nothing kept it from running; whether a condition chose it cannot be told from rows. */
function isDue(step: StepDefinition, order: Order): boolean {
  if (order.executions.has(step.name)) return false;
  if (step.optional || step.condition !== undefined || step.failuresAs !== undefined) return false;
  return step.dependsOn.every((name) => order.executions.has(name));
}

const durationMs = ({ cells }: Execution): number | null =>
  typeof cells['duration_ms'] === 'number' ? cells['duration_ms'] : null;

const totalMs = (executions: readonly Execution[]): number =>
  executions.reduce((sum, execution) => sum + (durationMs(execution) ?? 0), 0);

function means(complete: readonly OrderSummary[]): Summary['mean'] {
  if (complete.length === 0) return null;
  const mean = (of: (order: OrderSummary) => number) =>
    thousandths(complete.reduce((sum, order) => sum + of(order), 0) / complete.length);
  return {
    totalMs: mean((order) => order.totalMs),
    criticalPathMs: mean((order) => order.criticalPathMs),
    savedMs: mean((order) => order.totalMs - order.criticalPathMs),
  };
}

function stepSummaries({ steps }: WorkflowDefinition, executions: readonly Execution[]): StepSummary[] {
  const byPhase = new Map<string, Execution[]>(steps.map(({ name }) => [phaseOf(name).toLowerCase(), []]));
  for (const execution of executions) byPhase.get(execution.phase.toLowerCase())?.push(execution);
  return steps.map(({ name }) => {
    const rows = byPhase.get(phaseOf(name).toLowerCase()) ?? [];
    const times = rows.flatMap((row) => durationMs(row) ?? []);
    const sum = times.reduce((a, b) => a + b, 0);
    return {
      name,
      executions: rows.length,
      succeeded: rows.filter(succeeded).length,
      failed: rows.filter(failed).length,
      meanMs: times.length === 0 ? null : thousandths(sum / times.length),
      longestMs: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
    };
  });
}

const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;
