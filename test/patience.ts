/** Waits for facts for as long as a slow machine may take: without this, `vi.waitFor` gives up after a second. */

import { vi } from 'vitest';

const PATIENT = { timeout: 120_000, interval: 20 };

type WaitFor = typeof vi.waitFor & { isPatient?: true };

const { waitFor }: { waitFor: WaitFor } = vi;
if (waitFor.isPatient === undefined) {
  const patient: WaitFor = (callback, options) => waitFor(callback, options ?? PATIENT);
  patient.isPatient = true;
  vi.waitFor = patient;
}
