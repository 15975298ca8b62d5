/** Sizes of memory as people write them in workflows and handler files: `256MB`, `2GB`. */

const UNIT_MB: Readonly<Record<string, number>> = { mb: 1, gb: 1_024 };
/** Less does not hold Node itself. */
const LEAST_MB = 32;
const MOST_MB = 1_024 * 1_024;

export const MEMORY_FORMS = 'must be like 256MB or 2GB; from 32MB to 1024GB';

/** Whole megabytes; null when it is nothing of the sort. */
export function memoryMb(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const [, amount, unit = ''] = /^(\d{1,7})\s?(MB|GB)$/i.exec(value) ?? [];
  const mb = Number(amount) * (UNIT_MB[unit.toLowerCase()] ?? Number.NaN);
  return mb >= LEAST_MB && mb <= MOST_MB ? mb : null;
}
