/** Times as people write them, by ISO 8601. One without a zone is none: it would mean the zone of some machine. */

// Without a library: processes of handlers need this alone of all that reads input, and start often.
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^([^T]+)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

export const TIME_FORM = 'a time with its zone, as 2026-01-31T09:30:00Z or 2026-01-31T10:30:00+01:00';

/** Epoch milliseconds, or null. */
export function timeMs(text: string): number | null {
  const [, date] = TIME.exec(text) ?? [];
  return date !== undefined && dateMs(date) !== null ? Date.parse(text) : null;
}

/** A date alone is its midnight in UTC. */
export const dateOrTimeMs = (text: string): number | null => dateMs(text) ?? timeMs(text);

/** Only of a day that there is: JavaScript takes the 31st of June for the 1st of July. */
function dateMs(text: string): number | null {
  const ms = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms : null;
}
