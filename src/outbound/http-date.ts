/** Dates of HTTP by RFC 9110 §5.6.7, to the letter: a form that is none of the three is no date. */

const DAY = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const LONG_DAY = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<time>(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60))';

/** The one to write, and two that are obsolete; all of them are case-sensitive and mean GMT. */
const FORMS = [
  new RegExp(`^(?:${DAY}), (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^(?:${LONG_DAY}), (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^(?:${DAY}) ${MONTH} (?<day>\\d\\d| \\d) ${TIME} (?<year>\\d{4})$`),
];

/** Epoch milliseconds, or null. The day of the week may be another than the date's: the date counts. */
export function httpDateMs(text: string, nowMs: number): number | null {
  for (const form of FORMS) {
    const { day = '', month = '', year = '', time = '' } = form.exec(text)?.groups ?? {};
    if (time === '') continue;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
    const ms = (whole: number): number | null => {
      const date = new Date(0);
      date.setUTCFullYear(whole, MONTHS.indexOf(month), Number(day));
      if (date.getUTCDate() !== Number(day)) return null;
      return date.setUTCHours(hours, minutes, seconds);
    };
    return year.length === 4 ? ms(Number(year)) : inCentury(ms, Number(year), nowMs);
  }
  return null;
}

/** Returns the last year with these two digits that is at most 50 years in the future. */
function inCentury(ms: (year: number) => number | null, twoDigits: number, nowMs: number): number | null {
  const limit = new Date(nowMs);
  limit.setUTCFullYear(limit.getUTCFullYear() + 50);
  const year = limit.getUTCFullYear() - (limit.getUTCFullYear() % 100) + twoDigits;
  const found = ms(year);
  return found !== null && found > limit.getTime() ? ms(year - 100) : found;
}

/** In whole seconds, never earlier than asked. */
export const httpDate = (atMs: number): string => new Date(Math.ceil(atMs / 1_000) * 1_000).toUTCString();
