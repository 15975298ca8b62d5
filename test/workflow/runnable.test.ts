/** A new definition that is a DAG can still be refused: bounds without meaning, steps that are never chosen. */

import { describe, expect, it } from 'vitest';
import { DEFAULT_BACKOFF } from '../../machines/index.ts';
import type { Refusal } from '../../src/errors.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import type { Condition, StepDefinition } from '../../src/workflow/definition.ts';
import { WorkflowRegistry } from '../../src/workflow/registry.ts';
import { step, workflow } from '../support.ts';

const faultsOf = (...steps: StepDefinition[]): string[] => {
  try {
    new WorkflowRegistry().check(workflow('Order', steps));
    return [];
  } catch (error) {
    return (error as Refusal).faults.map(({ pointer, message }) => `${pointer} ${message}`);
  }
};

const paid: Condition = { op: 'is', value: { step: 'Pay', path: ['paid'] } };
const by = (to: string | number): Condition => ({
  op: 'equals',
  value: { step: 'Pay', path: ['by'] },
  to,
});
const both = (...of: Condition[]): Condition => ({ op: 'and', of });

describe('a new workflow', () => {
  it.each([
    ['retry_limit', { maxAttempts: 0 }],
    ['retry_limit', { maxAttempts: 1.5 }],
    ['retry_limit', { maxAttempts: 1e9 }],
    ['timeout', { timeoutMs: 0 }],
    ['timeout', { timeoutMs: Number.NaN }],
    ['start_timeout', { startTimeoutMs: -1 }],
    ['within', { withinMs: 0 }],
    ['backoff', { backoff: { ...DEFAULT_BACKOFF, baseMs: -1 } }],
    ['backoff', { backoff: { ...DEFAULT_BACKOFF, baseMs: 60_000 } }],
    ['backoff', { backoff: { ...DEFAULT_BACKOFF, maxMs: Number.POSITIVE_INFINITY } }],
  ] as const)('is refused a %s without meaning: %o', (field, more) => {
    expect(faultsOf(step('Pay', [], more)).join()).toContain(`/steps/0/${field} Pay: `);
  });

  it('is refused a deadline without meaning', () => {
    const definition = { ...workflow('Order', [step('Pay')]), deadlineMs: Number.POSITIVE_INFINITY };
    expect(() => new WorkflowRegistry().check(definition)).toThrow(
      expect.objectContaining({ faults: [expect.objectContaining({ pointer: '/deadline' })] }),
    );
  });

  it('is refused a condition that contradicts itself, and all that hangs on it, told at once', () => {
    const never = both(paid, both(by('card'), { op: 'not', of: paid }));
    const faults = faultsOf(
      step('Pay'),
      step('Ship', ['Pay'], { condition: never }),
      step('Tell', ['Ship']),
      step('Thank', ['Tell', 'Pay']),
    );
    expect(faults).toEqual([
      '/steps/1/when Ship can never be chosen: its condition contradicts itself',
      '/steps/2/depends_on Tell can never run: nothing it depends on is ever chosen',
    ]);
  });

  it('is refused two values of one thing at once, and allowed one value written in two ways', () => {
    const ship = (condition: Condition): string[] =>
      faultsOf(step('Pay'), step('Ship', ['Pay'], { condition }));
    expect(ship(both(by('card'), by('cash')))).toHaveLength(1);
    expect(ship(both(by(1), by('1')))).toEqual([]);
    expect(ship({ op: 'or', of: [by('card'), by('cash')] })).toEqual([]);
  });

  it('is not asked again once it is registered: what is stored runs', () => {
    const registry = new WorkflowRegistry();
    const old = workflow('Order', [step('Pay', [], { timeoutMs: 0 })]);
    registry.add(compileWorkflow(old));
    expect(registry.check(old)).toMatchObject({ isNew: false });
  });
});
