/** Which rows of a task are its steps, and in which states one is done: others need not wait for it. */
export interface StepRows {
  readonly first: number;
  readonly last: number;
  readonly done: readonly string[];
}

/** As parameters of a statement. */
export const bound = (task: number, { first, last, done }: StepRows) => ({
  task,
  first,
  last,
  done: JSON.stringify(done),
});
