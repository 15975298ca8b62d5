/**
 * The trace a submission belongs to, as W3C Trace Context writes it: https://www.w3.org/TR/trace-context/#traceparent-header.
 * One that cannot be read is as good as none, as the standard asks: a broken header must not cost anybody a task.
 */

/** The parts that name a span. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** A later version may add to the end; version ff is none, and neither is an id of zeros. */
const FORM = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

export function parseTraceparent(header: string): TraceParent | null {
  const [whole, version, traceId, spanId, flags] = FORM.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === '00' && whole !== header) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

export function formatTraceparent({ traceId, spanId, traceFlags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** As a header of HTTP or NATS came, ready to stand in a request; nothing for one that is missing or unreadable. */
export function traceparentField(header: string | undefined): { readonly traceparent?: string } {
  const parsed = header === undefined ? null : parseTraceparent(header.trim());
  return parsed === null ? {} : { traceparent: formatTraceparent(parsed) };
}
