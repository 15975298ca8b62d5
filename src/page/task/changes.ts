/** How one context differs from another, field by field. */

export interface Change {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** By name. A field that is missing reads as `–`. */
export function changesOf(before: Fields, after: Fields): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({ name, from: said(before[name]), to: said(after[name]) }))
    .filter(({ from, to }) => from !== to);
}

const said = (value: unknown): string => JSON.stringify(value) ?? '–';
