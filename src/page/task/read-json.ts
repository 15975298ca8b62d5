/** JSON as somebody is typing it. */

export interface Typed {
  /** undefined when nothing is typed, or nothing that can be read yet. */
  readonly value: unknown;
  readonly fault: string | null;
}

export function readJson(text: string): Typed {
  if (text.trim() === '') return { value: undefined, fault: null };
  try {
    return { value: JSON.parse(text), fault: null };
  } catch (error) {
    return {
      value: undefined,
      fault: `Not JSON yet: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
