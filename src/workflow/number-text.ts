/** Decimal numbers as people write them, and whether a double keeps what was written. */

/** Doubles keep every decimal of so many digits (DBL_DIG of C). */
const ALWAYS_KEPT = 15;

/**
 * Tells whether the double that a literal becomes denotes the same value when written back. That is so for `1.0`,
 * `1e2` and `0.10`, and not for `9007199254740993`, `0.12345678901234567890` or `1e400`. The literal is one of
 * JSON's, or has more zeros.
 */
export function isKept(literal: string): boolean {
  if (literal.length <= ALWAYS_KEPT && !literal.includes('e') && !literal.includes('E')) return true;
  const value = Number(literal);
  const back = String(value);
  if (back === literal) return true;
  return Number.isFinite(value) && isSameDecimal(decimalOf(literal), decimalOf(back));
}

/**
 * Tells whether, beyond that, a whole number is so small that its neighbours are other doubles. 2^53 may be what
 * some program before us has made of 2^53 + 1. With an exponent nobody means every digit.
 */
export function isSafe(literal: string): boolean {
  if (literal.length <= ALWAYS_KEPT && !literal.includes('e') && !literal.includes('E')) return true;
  if (!isKept(literal)) return false;
  const value = Number(literal);
  return !Number.isInteger(value) || Number.isSafeInteger(value) || /e/i.test(literal);
}

/** A text is put in quotes; a literal that is long is cut. */
export function notKept(literal: string): string {
  const shown = literal.length > MOST_SHOWN ? `${literal.slice(0, MOST_SHOWN)}…` : literal;
  return `${shown} is no number that JSON can keep; put it in quotes if it is a text`;
}

const MOST_SHOWN = 40;

/** Stands for `digits · 10^exponent`, with no zero at either end; zero has no digits. */
interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

function decimalOf(literal: string): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(literal) ?? [];
  const all = whole + fraction;
  let first = 0;
  while (all[first] === '0') first++;
  let end = all.length;
  while (end > first && all[end - 1] === '0') end--;
  const digits = all.slice(first, end);
  if (digits === '') return { isNegative: false, digits, exponent: 0 };
  return {
    isNegative: sign === '-',
    digits,
    exponent: Number(exponent) - fraction.length + (all.length - end),
  };
}

const isSameDecimal = (one: Decimal, other: Decimal): boolean =>
  one.isNegative === other.isNegative && one.digits === other.digits && one.exponent === other.exponent;
