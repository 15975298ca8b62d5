/** `docs/error-codes.md` lists the codes that there are, and a code that is none does not compile. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAILURE_CODES, failure } from '../../machines/failure-codes.ts';
import { httpNo } from '../../src/api/problem.ts';
import { ERROR_CODES } from '../../src/error-codes.ts';
import { isRefusal, Refusal } from '../../src/errors.ts';
import { AILMENT_CODES } from '../../src/recovery/ailment-codes.ts';
import type { Ailment } from '../../src/recovery/doctor.ts';
import { HTTP_CODES, STATUS_OF_KIND } from '../../src/views/problem.ts';
import { ROOT } from '../build.ts';

const sections = readFileSync(join(ROOT, 'docs/error-codes.md'), 'utf8').split(/^## /m);

/** Returns the first two columns of a section's tables. */
function listed(title: string): (readonly [string, string])[] {
  const section = sections.find((text) => text.startsWith(`${title}\n`)) ?? '';
  const rows = [...section.matchAll(/^\| `([A-Z0-9_]+)` \| ([^|]+?) \|/gm)];
  return rows.map(([, code = '', second = '']) => [code, second] as const).sort();
}

it('lists every refusal with its status', () => {
  const all = Object.entries(ERROR_CODES).map(([code, kind]) => [code, `${STATUS_OF_KIND[kind]}`] as const);
  expect(listed('Refusals')).toEqual(all.sort());
});

it('lists every code of HTTP alone with its status', () => {
  const all = Object.entries(HTTP_CODES).map(([code, status]) => [code, `${status}`] as const);
  expect(listed('Over HTTP alone')).toEqual(all.sort());
});

it('lists every failure, and whether it is tried again', () => {
  expect(listed('Failed attempts')).toEqual(Object.entries(FAILURE_CODES).sort());
});

it('lists everything the doctor finds', () => {
  const found = listed('What `troupe doctor` finds').map(([code]) => code);
  expect(found).toEqual([...AILMENT_CODES].sort());
});

function misspelled(error: unknown, refusal: Refusal): unknown[] {
  return [
    // @ts-expect-error: UNKNOWN_DEPENDENCY
    new Refusal('UNKNOWN_DEPENDANCY', ''),
    // @ts-expect-error: VERSION_CONFLICT
    isRefusal(error, 'VERSION_CONFLICTS'),
    // @ts-expect-error: WRONG_STATE
    refusal.code === 'WRONG_STATUS',
    // @ts-expect-error: ADMIN_ONLY
    httpNo('ADMINS_ONLY', ''),
    // @ts-expect-error: WORKER_DIED
    failure('WorkerDied', 'WORKER_DEAD', ''),
    // @ts-expect-error: STORE_DAMAGED
    { code: 'STORE_DAMAGE', problem: '', advice: '' } satisfies Ailment,
  ];
}

it('a misspelled code does not compile', () => {
  expect(misspelled).toHaveLength(2);
});

it('takes the kind of a refusal from its code', () => {
  const refusal = new Refusal('TASK_NOT_FOUND', 'there is none');
  expect(refusal.kind).toBe('not_found');
  expect(isRefusal(refusal, 'TASK_NOT_FOUND')).toBe(true);
  expect(isRefusal(refusal, 'STEP_NOT_FOUND')).toBe(false);
});
