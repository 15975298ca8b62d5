/**
 * How the context of an actor is written in its row: that of a step which runs or is complete, of which there are by
 * far the most, as a list without the names of its fields; any other as the object it is. Read, all are objects.
 */

/** A list begins with its position here: only ever append. */
const SHAPES: readonly (readonly string[])[] = [
  ['policy', 'attempt', 'base', 'token', 'startedAt', 'attemptAt'],
  ['policy', 'attempt', 'base', 'token', 'startedAt', 'attemptAt', 'finishedAt', 'output'],
];

const codes = new Map(SHAPES.map(({ length }, code) => [length, code]));

export function writeContext(context: object): string {
  const fields = context as Readonly<Record<string, unknown>>;
  let count = 0;
  for (const field in fields) if (fields[field] !== undefined) count++;
  const code = codes.get(count);
  if (code === undefined) return JSON.stringify(context);
  const list: unknown[] = [code];
  for (const field of SHAPES[code] ?? []) {
    const value = fields[field];
    if (value === undefined) return JSON.stringify(context);
    list.push(value);
  }
  return JSON.stringify(list);
}

/**
 * It is of the machine that the row names, which is not looked at. Throws what `JSON.parse` does, and for a list that
 * no version has written.
 */
export function readContext<Context extends object>(text: string): Context {
  const read = JSON.parse(text) as [code: number, ...values: unknown[]] | Context;
  if (!Array.isArray(read)) return read;
  const [code, ...values] = read as [number, ...unknown[]];
  const fields = SHAPES[code];
  if (fields === undefined || fields.length !== values.length) {
    throw new Error(
      `its context is a list of kind ${code} and length ${values.length}, which this version does not know`,
    );
  }
  return Object.fromEntries(fields.map((field, index) => [field, values[index]])) as Context;
}
