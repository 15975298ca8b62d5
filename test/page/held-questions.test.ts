/** The rows of questions while somebody reads them. */

import { expect, it } from 'vitest';
import { answer, nextRows, unsettled } from '../../src/page/approvals/held-questions.ts';
import { type Ending, endingOf, keyOf, type Question } from '../../src/page/approvals/questions.ts';
import type { StepView } from '../../src/views/tasks.ts';

const T0 = Date.UTC(2030, 0, 1);

const question = (taskId: string, second: number): Question => ({
  taskId,
  taskName: 'refund',
  tenantId: 'default',
  step: 'manager',
  prompt: `Refund ${taskId}?`,
  who: null,
  since: new Date(T0 + second * 1_000).toISOString(),
  until: null,
});

const [a, b, c, late] = [question('a', 1), question('b', 2), question('c', 3), question('late', 9)];
const ENDED: Ending = { status: 'complete', text: 'approved by anna' };

const data = (open: readonly Question[], endings: readonly Question[] = []) => ({
  open,
  endings: new Map(endings.map((ended) => [keyOf(ended), ENDED])),
  nextCursor: null,
  count: open.length,
  atLeast: false,
});
const begun = nextRows(null, { key: 'k', data: data([a, b, c]), isHeld: false });
const said = ({ rows }: typeof begun) =>
  rows.map((row) => `${row.question.taskId}${row.ending === null ? '' : ' ended'}`);

it('keep their places while they are held: one that ended says so, and new ones come at the end', () => {
  const held = nextRows(begun, { key: 'k', data: data([late, b, c], [a]), isHeld: true });
  expect(said(held)).toEqual(['a ended', 'b', 'c', 'late']);
  const released = nextRows(held, { key: 'k', data: data([late, b, c]), isHeld: false });
  expect(said(released)).toEqual(['b', 'c', 'late']);
});

it('stay where they were answered, until another list is asked for', () => {
  const answered = answer(begun, keyOf(b), ENDED);
  expect(said(answered)).toEqual(['a', 'b ended', 'c']);
  const later = nextRows(answered, { key: 'k', data: data([a, c]), isHeld: false });
  expect(said(later)).toEqual(['a', 'b ended', 'c']);
  expect(said(nextRows(later, { key: 'other', data: data([a, c]), isHeld: false }))).toEqual(['a', 'c']);
});

it('ask how those ended that are shown without a reason to be', () => {
  const refused = answer(begun, keyOf(b), null);
  const ids = (isHeld: boolean) => unsettled(refused, isHeld).map(({ taskId }) => taskId);
  expect(ids(false)).toEqual(['b']);
  expect(ids(true)).toEqual(['a', 'b', 'c']);
  expect(unsettled(answer(refused, keyOf(b), ENDED), false)).toEqual([]);
});

it('are open again when they are asked anew', () => {
  const ended = answer(begun, keyOf(b), ENDED);
  expect(said(nextRows(ended, { key: 'k', data: data([a, b, c]), isHeld: false }))).toEqual(['a', 'b', 'c']);
});

const step = (fields: Partial<StepView>): StepView => ({
  name: 'manager',
  status: 'waiting',
  handler: 'troupe.wait',
  dependsOn: [],
  attempt: 1,
  maxAttempts: 1,
  startedAt: null,
  finishedAt: null,
  nextAttemptAt: null,
  critical: false,
  optional: false,
  output: null,
  error: null,
  ...fields,
});
const error = {
  ...{ name: 'Rejected', message: 'anna said no: too much', code: 'REJECTED', retryable: false },
  ...{ stack: null, causes: [], errors: [], details: null, response: null },
};

it.each([
  [{ status: 'waiting' }, null],
  [{ status: 'complete', resolvedBy: 'anna' }, 'approved by anna'],
  [
    { status: 'complete', output: { approved: true, by: 'timeout' } },
    'approved, since nobody answered in time',
  ],
  [{ status: 'failed', error }, 'anna said no: too much'],
  [{ status: 'skipped', error }, 'anna said no: too much'],
  [{ status: 'skipped', resolvedBy: 'ben' }, 'skipped by ben'],
  [{ status: 'cancelled' }, 'its task was cancelled'],
] as const)('end as %j says', (fields, text) => {
  expect(endingOf(step(fields))?.text ?? null).toBe(text);
});
