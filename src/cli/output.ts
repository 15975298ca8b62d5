/**
 * How commands print: data on stdout, talk on stderr. Nothing a user stored reaches a terminal as an escape
 * sequence, and columns line up with colours and without.
 */

import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

/** Characters that reorder what is read, as in "Trojan Source". */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g;

/** One line of text that only shows what it says. */
export function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return stripVTControlCharacters(text)
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(REORDERING, '');
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** JSON leaves DEL, the C1 controls and what reorders text as they are, and terminals obey them. */
export function printJson(value: unknown, indent = 2): void {
  const escaped = (control: string) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  print(JSON.stringify(value, null, indent).replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, escaped));
}

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a terminal that has not said NO_COLOR; FORCE_COLOR asks for them anywhere. */
export function colorsFor(stream: { readonly isTTY?: boolean }, env = process.env): Colors {
  const wanted = (env.FORCE_COLOR ?? '') !== '' || (stream.isTTY === true && env.TERM !== 'dumb');
  return pc.createColors(wanted && (env.NO_COLOR ?? '') === '');
}

const STATUS_COLORS: Readonly<Record<string, 'green' | 'red' | 'yellow' | 'cyan' | 'blue' | 'gray'>> = {
  complete: 'green',
  failed: 'red',
  retrying: 'yellow',
  paused: 'yellow',
  blocked: 'yellow',
  running: 'cyan',
  waiting: 'blue',
  reminded: 'blue',
  cancelled: 'gray',
  skipped: 'gray',
};

export function paintStatus(status: string, colors: Colors): string {
  const color = STATUS_COLORS[status];
  return color === undefined ? plain(status) : colors[color](status);
}

const UNITS = [
  { name: 's', seconds: 1, upTo: 100 },
  { name: 'min', seconds: 60, upTo: 6_000 },
  { name: 'h', seconds: 3_600, upTo: 172_800 },
  { name: 'days', seconds: 86_400, upTo: Number.POSITIVE_INFINITY },
] as const;

/** `in 3 s`, `2 min ago`: for reading, next to the exact time where it matters. */
export function fromNow(iso: string, nowMs: number): string {
  const seconds = (Date.parse(iso) - nowMs) / 1_000;
  const unit = UNITS.find(({ upTo }) => Math.abs(seconds) < upTo);
  if (unit === undefined) return plain(iso);
  const amount = `${Math.round(Math.abs(seconds) / unit.seconds)} ${unit.name}`;
  return seconds > 0 ? `in ${amount}` : `${amount} ago`;
}
