/** Components that follow live state: they draw again when what they read has changed, and only then. */

import type { Readable } from '@xstate/store';
import { useEffect, useState } from 'preact/hooks';

export function useAtom<Value>(atom: Readable<Value> & { get(): Value }): Value;
export function useAtom<Value, Part>(
  atom: Readable<Value> & { get(): Value },
  select: (value: Value) => Part,
): Part;
export function useAtom<Value>(
  atom: Readable<Value> & { get(): Value },
  select: (value: Value) => unknown = (value) => value,
): unknown {
  const [, draw] = useState({});
  const part = select(atom.get());
  useEffect(() => {
    let seen = part;
    const check = (value: Value): void => {
      const next = select(value);
      if (Object.is(next, seen)) return;
      seen = next;
      draw({});
    };
    // This catches a change between drawing and now.
    check(atom.get());
    const subscription = atom.subscribe(check);
    return () => subscription.unsubscribe();
  });
  return part;
}
