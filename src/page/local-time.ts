/** A field knows the time of where its reader is and no other; the server is told that of everywhere. */

/** As a field of the kind `datetime-local` writes it, to the minute; empty for what is no time. */
export function localTime(iso: string | undefined): string {
  const at = Date.parse(iso ?? '');
  if (Number.isNaN(at)) return '';
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** ISO 8601; empty for an empty field. */
export const isoTime = (local: string): string => (local === '' ? '' : new Date(local).toISOString());
