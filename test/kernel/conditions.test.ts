/** Steps that are chosen or not, once those they depend on have ended. */

import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/workflow/definition.ts';
import { step, taskFact } from '../support.ts';
import { runSteps, statuses } from './one-task.ts';

const approved: Condition = { op: 'is', value: { step: 'check', path: ['approved'] } };
const refused: Condition = { op: 'not', of: approved };

const branches = [
  step('check'),
  step('ship', ['check'], { condition: approved }),
  step('track', ['ship']),
  step('refund', ['check'], { condition: refused }),
  step('report', ['track', 'refund']),
];

describe('a step with a condition', () => {
  it('runs if it holds; if not, it is skipped with all that depends on nothing else', async () => {
    const given = new Map<string, unknown>();
    const { troupe, id, executed } = await runSteps(branches, {
      check: () => ({ approved: false }),
      report: ({ dependencies }) => {
        for (const [name, output] of Object.entries(dependencies)) given.set(name, output);
      },
      refund: () => 'refunded',
    });
    await taskFact(troupe, id, 'complete');
    expect(statuses(troupe, id)).toEqual({
      check: 'complete',
      ship: 'skipped',
      track: 'skipped',
      refund: 'complete',
      report: 'complete',
    });
    expect(executed).toEqual(['check', 'refund', 'report']);
    expect(Object.fromEntries(given)).toEqual({ track: null, refund: 'refunded' });
  });

  it('takes the other branch when the output is other', async () => {
    const { troupe, id, executed } = await runSteps(branches, { check: () => ({ approved: true }) });
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['check', 'ship', 'track', 'report']);
    const refund = troupe.getStep(null, id, 'refund');
    expect(refund).toMatchObject({ status: 'skipped', attempt: 0, resolvedBy: 'condition' });
  });

  it('asks the payload too, also for a step that starts with the task', async () => {
    const condition: Condition = { op: 'equals', value: { step: null, path: ['kind'] }, to: 'gift' };
    const { troupe, id, executed } = await runSteps(
      [step('wrap', [], { condition }), step('send', ['wrap'])],
      {},
    );
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual([]);
    expect(statuses(troupe, id)).toEqual({ wrap: 'skipped', send: 'skipped' });
  });

  it('is judged the same when a failed parent was completed by hand', async () => {
    const { troupe, id, tell } = await runSteps(branches, {
      check: () => {
        throw Object.assign(new Error('no'), { name: 'PermanentError' });
      },
    });
    await taskFact(troupe, id, 'failed');
    await tell('check', 'complete', { approved: true });
    await taskFact(troupe, id, 'complete');
    expect(statuses(troupe, id)).toMatchObject({ ship: 'complete', refund: 'skipped', report: 'complete' });
  });

  it('asks a step that is further up, whose output is there by then', async () => {
    const large: Condition = { op: 'equals', value: { step: 'check', path: ['size'] }, to: 'large' };
    const far = [
      step('check'),
      step('pack', ['check']),
      step('lift', ['pack'], { condition: large }),
      step('carry', ['pack'], { condition: { op: 'not', of: large } }),
    ];
    const { troupe, id, executed } = await runSteps(far, { check: () => ({ size: 'large' }) });
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['check', 'pack', 'lift']);
    expect(statuses(troupe, id)).toMatchObject({ lift: 'complete', carry: 'skipped' });
  });

  it('finds nothing in a step that was passed over, and goes on', async () => {
    const far = [
      step('check'),
      step('pack', ['check']),
      step('ship', ['pack'], { condition: { op: 'not', of: approved } }),
    ];
    const { troupe, id, tell } = await runSteps(far, {
      check: () => {
        throw Object.assign(new Error('no'), { name: 'PermanentError' });
      },
    });
    await taskFact(troupe, id, 'failed');
    await tell('check', 'skip');
    await taskFact(troupe, id, 'complete');
    expect(statuses(troupe, id)).toEqual({ check: 'skipped', pack: 'complete', ship: 'complete' });
  });
});
