/** Why a task failed, as far as it is known: where it was thrown, what stood behind it, and what a server answered. */

import type { ErrorView, InnerErrorView, TaskView } from '../views/tasks.ts';
import { type Colors, plain } from './output.ts';

/** The most lines of each part; --json has all. */
const MOST_LINES = 40;

/** Empty for one that says nothing beyond its name and message. */
export function failureLines({ error }: Pick<TaskView, 'error'>, colors: Colors): string[] {
  if (error === null) return [];
  const lines = linesOf(error, colors);
  if (lines.length === 0) return [];
  const where = error.step === null ? '' : `step ${plain(error.step)}: `;
  return ['', colors.bold(`${where}${titleOf(error)}`), ...lines.map((line) => `  ${line}`)];
}

/** Prints an error view; one from an older server lacks some fields. */
function linesOf(
  { stack, causes = [], errors = [], details, response }: Partial<ErrorView>,
  colors: Colors,
): string[] {
  const answer = response ?? null;
  return [
    ...stackLines(stack, colors),
    ...causes.flatMap((cause) => innerLines('caused by', cause, colors)),
    ...errors.flatMap((error) => innerLines('inner error', error, colors)),
    ...(answer === null ? [] : answerLines(answer, colors)),
    // The details of an answer repeat its beginning.
    ...(answer !== null || details === null || details === undefined
      ? []
      : valueLines('details', details, colors)),
  ];
}

function innerLines(what: string, error: InnerErrorView, colors: Colors): string[] {
  const { stack, details } = error;
  const known = details === null ? [] : valueLines('details', details, colors);
  return [
    `${what} ${titleOf(error)}`,
    ...[...stackLines(stack, colors), ...known].map((line) => `  ${line}`),
  ];
}

function answerLines(
  { status, headers, body, truncated }: NonNullable<ErrorView['response']>,
  colors: Colors,
) {
  const told = Object.entries(headers).map(([name, value]) =>
    colors.dim(`  ${plain(name)}: ${plain(value)}`),
  );
  const cut = truncated ? ['  (cut: the answer was longer)'] : [];
  return [`the server answered ${status}`, ...told, ...blockOf(body).map((line) => `  ${line}`), ...cut];
}

const valueLines = (name: string, value: unknown, colors: Colors): string[] => [
  name,
  ...blockOf(value).map((line) => colors.dim(`  ${line}`)),
];

function blockOf(value: unknown): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return bounded(text.split('\n'));
}

/** Its frames: what stands before them is the title. */
function stackLines(stack: string | null | undefined, colors: Colors): string[] {
  const lines = (stack ?? '').split('\n');
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  return bounded(first < 0 ? lines.filter((line) => line !== '') : lines.slice(first)).map((line) =>
    colors.dim(line.trimStart()),
  );
}

function bounded(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => line.match(/^ */)?.[0] + plain(line.trimStart()));
  return lines.length > MOST_LINES
    ? [...shown, `… ${lines.length - MOST_LINES} more lines; --json has all`]
    : shown;
}

export const titleOf = ({ name, message, code }: Pick<ErrorView, 'name' | 'message' | 'code'>): string =>
  `${plain(name)}: ${plain(message)}${code === null ? '' : ` (${plain(code)})`}`;
