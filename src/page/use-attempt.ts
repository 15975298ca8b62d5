/** A button asks something of the server: one thing at a time, and one sees what was wrong with the last. */

import { useState } from 'preact/hooks';

export interface Attempt {
  readonly busy: boolean;
  /** Null: nothing was wrong. */
  readonly problem: unknown;
  attempt(work: () => Promise<void>): Promise<void>;
}

export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return { busy, problem, attempt };
}
