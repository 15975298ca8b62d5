/** Writes a journal entry in one line: the error as it was, the output, who and why. */

import type { ErrorView, HistoryEvent } from '../../../views/tasks.ts';
import { momentText, spanText } from '../../time.tsx';

/** More than this of an output is not read in a line. */
const LONGEST = 160;

export function summaryOf({ detail }: HistoryEvent): string {
  const { step, error, output, by, reason, backoffMs, dependents: _dependents, until, ...rest } = detail;
  const parts: string[] = [];
  if (typeof step === 'string') parts.push(step);
  if (error !== undefined) parts.push(errorText(error as ErrorView));
  if (output !== undefined) parts.push(`output ${short(output)}`);
  if (typeof backoffMs === 'number') parts.push(`next attempt after ${spanText(backoffMs)}`);
  if (until !== undefined)
    parts.push(
      `until ${typeof until === 'number' ? momentText(new Date(until).toISOString()) : short(until)}`,
    );
  if (typeof by === 'string') parts.push(`by ${by}`);
  if (typeof reason === 'string') parts.push(`“${reason}”`);
  for (const [name, value] of Object.entries(rest)) parts.push(`${name} ${short(value)}`);
  return parts.join(' · ');
}

export const errorText = ({ name, message, code }: Pick<ErrorView, 'name' | 'message' | 'code'>): string =>
  `${name}: ${message}${code === null || code === undefined ? '' : ` (${code})`}`;

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** Every word occurs somewhere in the entry. */
export function matches(event: HistoryEvent, words: string): boolean {
  const { actor, from, to, detail } = event;
  const text = `${event.event} ${actor} ${from ?? ''} ${to} ${JSON.stringify(detail)}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
