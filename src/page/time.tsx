/** Moments and spans as people read them; the exact moment is always one hover away. */

import { createAtom } from '@xstate/store';
import { useAtom } from './use-atom.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The time, once a second: countdowns and ages follow it together. */
export const now = createAtom(Date.now());
setInterval(() => now.set(Date.now()), SECOND);

/** `820 ms`, `3.2 s`, `4 min 05 s`, `2 h 10 min`, `3 d 4 h`. */
export function spanText(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return two(ms, MINUTE, 'min', SECOND, 's');
  if (ms < DAY) return two(ms, HOUR, 'h', MINUTE, 'min');
  return two(ms, DAY, 'd', HOUR, 'h');
}

function two(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small);
  const first = `${Math.floor(ms / large)} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${String(rest).padStart(2, '0')} ${smallUnit}`;
}

// Moments stand beside one another in columns and on axes: one way to write them, and as wide as any other.
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

export const clockText = (iso: string): string => clock.format(new Date(iso));
export const momentText = (iso: string): string => full.format(new Date(iso));

/** Coarse on purpose: a column of ages is to be read at a glance. */
function agoText(ms: number): string {
  if (ms < 2 * SECOND) return 'now';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`;
  return `${Math.floor(ms / DAY)} d ago`;
}

export function Ago({ at }: { readonly at: string }) {
  const text = useAtom(now, (time) => agoText(time - Date.parse(at)));
  return (
    <time dateTime={at} title={momentText(at)}>
      {text}
    </time>
  );
}

/** From one moment to another, or to now while it lasts. */
export function Span({ from, to }: { readonly from: string; readonly to: string | null }) {
  const text = useAtom(now, (time) => spanText((to === null ? time : Date.parse(to)) - Date.parse(from)));
  return <span title={`${momentText(from)}${to === null ? '' : ` – ${momentText(to)}`}`}>{text}</span>;
}

/** `in 12 s`, then `due`. */
export function Countdown({ until }: { readonly until: string }) {
  const text = useAtom(now, (time) => {
    const ms = Date.parse(until) - time;
    return ms <= 0 ? 'due' : `in ${spanText(Math.ceil(ms / SECOND) * SECOND)}`;
  });
  return (
    <time class="countdown" dateTime={until} title={momentText(until)}>
      {text}
    </time>
  );
}
