/**
 * Which rows of a record belong together: an order is what one execution of a first step let in, followed by the
 * cells its rows share. A row is given to an order when its `input` is a name of that order alone, or when there are
 * as many such rows as orders they can be meant for; the rest is handed back rather than guessed.
 */

import type { StepDefinition, WorkflowDefinition } from '../workflow/definition.ts';
import { phaseOf } from '../workflow/markdown/names.ts';
import { stepsInOrder } from './graph.ts';
import type { Execution } from './read.ts';

export class Order {
  /** By step name; several rows of one step are its attempts. */
  readonly executions = new Map<string, Execution[]>();
  readonly opening: Execution;

  constructor(opening: Execution) {
    this.opening = opening;
  }

  /** The name its steps were given most often; the first one where several were. */
  get name(): string {
    const given = [...this.executions.values()].flat().map(({ cells }) => nameOf(cells['input']));
    let [name = '', most] = ['', 0];
    for (const [value, rows] of groupedBy(given, (value) => value)) {
      if (value !== '' && rows.length > most) [name, most] = [value, rows.length];
    }
    return name || `line ${this.opening.line}`;
  }

  last(step: string): Execution | undefined {
    return this.executions.get(step)?.at(-1);
  }
}

export interface Orders {
  readonly orders: readonly Order[];
  readonly unattributed: readonly Execution[];
}

export const succeeded = ({ cells }: Execution): boolean => cells['status'] === 'success';
export const failed = ({ cells }: Execution): boolean =>
  cells['status'] === 'failed' || cells['status'] === 'timeout';

/** A value many rows share by chance, as true or nothing, names no order. */
const nameOf = (cell: unknown): string =>
  typeof cell === 'string' || typeof cell === 'number' ? String(cell) : '';

export function followOrders(definition: WorkflowDefinition, executions: readonly Execution[]): Orders {
  const byStep = new Map<string, Execution[]>(
    definition.steps.map(({ name }) => [phaseOf(name).toLowerCase(), []]),
  );
  const following = new Following();
  for (const execution of executions) {
    const rows = byStep.get(execution.phase.toLowerCase());
    if (rows === undefined) following.unattributed.push(execution);
    else rows.push(execution);
  }
  for (const step of stepsInOrder(definition)) {
    following.take(step, byStep.get(phaseOf(step.name).toLowerCase()) ?? []);
  }
  return following;
}

class Following implements Orders {
  readonly orders: Order[] = [];
  readonly unattributed: Execution[] = [];
  readonly #byName = new Map<string, Set<Order>>();

  take(step: StepDefinition, executions: readonly Execution[]): void {
    const nameless: Execution[] = [];
    for (const [name, rows] of groupedBy(executions, ({ cells }) => nameOf(cells['input']))) {
      const holders = [...(this.#byName.get(name) ?? [])];
      if (isFirst(step)) this.#open(step, rows, holders);
      else if (holders.length > 0) this.#give(step, rows, holders);
      // An order refused at the door has no name yet: whoever takes care of the failure gives it one.
      else if (name === '' || step.failuresAs !== undefined) nameless.push(...rows);
      else this.unattributed.push(...rows);
    }
    const left = this.orders.filter((order) => !order.executions.has(step.name) && mayRun(step, order));
    if (left.length === nameless.length) this.#inTurn(step, nameless, left);
    else this.unattributed.push(...nameless);
  }

  /** Each row of a first step is an order, unless another first step has let the same one in. */
  #open(step: StepDefinition, rows: readonly Execution[], holders: readonly Order[]): void {
    rows.forEach((row, at) => {
      const holder = holders[at];
      const order = holder ?? new Order(row);
      if (holder === undefined) this.orders.push(order);
      this.#add(step, row, order);
    });
    this.orders.sort((a, b) => a.opening.line - b.opening.line);
  }

  #give(step: StepDefinition, rows: readonly Execution[], holders: readonly Order[]): void {
    const able = holders.length === 1 ? holders : holders.filter((order) => mayRun(step, order));
    const [only] = able;
    if (able.length === 1 && only !== undefined) for (const row of rows) this.#add(step, row, only);
    else if (able.length === rows.length) this.#inTurn(step, rows, able);
    else this.unattributed.push(...rows);
  }

  #inTurn(step: StepDefinition, rows: readonly Execution[], orders: readonly Order[]): void {
    rows.forEach((row, at) => {
      const order = orders[at];
      if (order !== undefined) this.#add(step, row, order);
    });
  }

  #add(step: StepDefinition, row: Execution, order: Order): void {
    const rows = order.executions.get(step.name);
    if (rows === undefined) order.executions.set(step.name, [row]);
    else rows.push(row);
    for (const cell of [row.cells['input'], row.cells['output']]) {
      const name = nameOf(cell);
      if (name === '') continue;
      const holders = this.#byName.get(name);
      if (holders === undefined) this.#byName.set(name, new Set([order]));
      else holders.add(order);
    }
  }
}

const isFirst = (step: StepDefinition): boolean =>
  step.dependsOn.length === 0 && step.failuresAs === undefined;

/** Tells whether the order had come to this step: as far as its rows tell, nothing before it failed. */
function mayRun(step: StepDefinition, order: Order): boolean {
  if (step.failuresAs !== undefined) return [...order.executions.values()].some((rows) => rows.some(failed));
  const before = step.dependsOn.flatMap((name) => order.last(name) ?? []);
  return before.length > 0 && !before.some(failed);
}

function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
