import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { WorkflowRegistry } from '../../src/workflow/registry.ts';
import { startTroupe, step, workflow } from '../support.ts';

function registryOf(
  ...identities: readonly (readonly [namespace: string, name: string, version?: string])[]
) {
  const registry = new WorkflowRegistry();
  for (const [namespace, name, version = '1.0.0'] of identities)
    registry.add(compileWorkflow({ ...workflow(name, [step('a')], version), namespace }));
  return registry;
}

const meaning = (registry: WorkflowRegistry, reference: string): string | null => {
  const found = registry.find(reference)?.definition;
  return found === undefined ? null : `${found.namespace}|${found.name}|${found.version}`;
};

function refusalOf(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a reference to a workflow', () => {
  it('with its namespace means exactly that one', () => {
    const registry = registryOf(['shop', 'order'], ['bank', 'order'], ['default', 'order']);
    expect(meaning(registry, 'shop/order')).toBe('shop|order|1.0.0');
    expect(meaning(registry, 'bank/order')).toBe('bank|order|1.0.0');
    expect(meaning(registry, 'default/order')).toBe('default|order|1.0.0');
    expect(meaning(registry, 'none/order')).toBeNull();
  });

  it('without one means that of the default namespace, or else the only one', () => {
    expect(meaning(registryOf(['shop', 'order'], ['default', 'order']), 'order')).toBe('default|order|1.0.0');
    expect(meaning(registryOf(['shop', 'order'], ['shop', 'refund']), 'order')).toBe('shop|order|1.0.0');
  });

  it('that could mean several is refused with all of them', () => {
    const registry = registryOf(['shop', 'order'], ['bank', 'order']);
    for (const ask of [() => registry.find('order'), () => registry.keyOf('order', '1.0.0')]) {
      const refusal = refusalOf(ask);
      expect(refusal).toMatchObject({ kind: 'invalid', code: 'AMBIGUOUS_WORKFLOW' });
      expect(refusal.message).toContain('bank/order, shop/order');
      expect(refusal.faults).toMatchObject([{ pointer: '/name' }]);
    }
  });

  it('that no workflow has is the name of a handler', () => {
    const registry = registryOf(['shop', 'order']);
    expect(registry.keyOf('charge', null)).toBe('handler:charge');
    expect(registry.keyOf('order/charge', null)).toBe('handler:order/charge');
  });

  it('to a name of an earlier release, which may hold a slash, still finds it', () => {
    const registry = registryOf(['default', 'shop/order'], ['a/b', 'c']);
    expect(meaning(registry, 'shop/order')).toBe('default|shop/order|1.0.0');
    expect(meaning(registry, 'a/b/c')).toBe('a/b|c|1.0.0');
    // A full name goes before a bare one; the first slash parts it.
    for (const [namespace, name] of [
      ['shop', 'order'],
      ['a', 'b/c'],
    ] as const)
      registry.add(compileWorkflow({ ...workflow(name, [step('a')], '2.0.0'), namespace }));
    expect(meaning(registry, 'shop/order')).toBe('shop|order|2.0.0');
    expect(meaning(registry, 'default/shop/order')).toBe('default|shop/order|1.0.0');
    expect(meaning(registry, 'a/b/c')).toBe('a|b/c|2.0.0');
  });
});

it('a workflow has each name that means it, the one that always will first', () => {
  const namesIn = (registry: WorkflowRegistry) => registry.list().map((each) => registry.namesOf(each));
  expect(namesIn(registryOf(['shop', 'order']))).toEqual([['shop/order', 'order']]);
  expect(namesIn(registryOf(['shop', 'order'], ['default', 'order'], ['bank', 'x']))).toEqual([
    ['bank/x', 'x'],
    ['order', 'default/order'],
    ['shop/order'],
  ]);
  expect(namesIn(registryOf(['shop', 'order'], ['bank', 'order']))).toEqual([['bank/order'], ['shop/order']]);
  expect(namesIn(registryOf(['default', 'shop/order'], ['shop', 'order']))).toEqual([
    ['default/shop/order'],
    ['shop/order', 'order'],
  ]);
});

describe('the current version', () => {
  const versions = ['2.0.0', '10.0.0-rc.1', '1.0.0'].map((version) => ['shop', 'order', version] as const);

  it('is the highest, whichever was registered last', () => {
    const registry = registryOf(...versions);
    expect(meaning(registry, 'order')).toBe('shop|order|10.0.0-rc.1');
    expect(registry.list().map(({ definition }) => definition.version)).toEqual([
      '1.0.0',
      '2.0.0',
      '10.0.0-rc.1',
    ]);
  });

  it('is the one set by hand until that is taken back', () => {
    const registry = registryOf(...versions);
    registry.choose({ namespace: 'shop', name: 'order' }, '1.0.0');
    registry.add(compileWorkflow({ ...workflow('order', [step('a')], '11.0.0'), namespace: 'shop' }));
    expect(meaning(registry, 'shop/order')).toBe('shop|order|1.0.0');
    expect(registry.list().filter((each) => registry.isCurrent(each))).toHaveLength(1);
    registry.choose({ namespace: 'shop', name: 'order' }, null);
    expect(meaning(registry, 'order')).toBe('shop|order|11.0.0');
  });

  it('is refused, and not another one taken, where the one set by hand cannot be opened', () => {
    const registry = registryOf(...versions);
    registry.choose({ namespace: 'shop', name: 'order' }, '0.5.0');
    expect(registry.find('order')).toBeNull();
    expect(refusalOf(() => registry.keyOf('order', null)).code).toBe('UNKNOWN_WORKFLOW_VERSION');
  });
});

describe('registering', () => {
  it('takes the same name and version in another namespace', () => {
    const registry = registryOf(['shop', 'order']);
    const definition = { ...workflow('order', [step('b')]), namespace: 'bank' };
    expect(registry.check(definition).isNew).toBe(true);
    expect(refusalOf(() => registry.check({ ...definition, namespace: 'shop' })).code).toBe(
      'VERSION_CONFLICT',
    );
  });

  it.each(['name', 'namespace'])('refuses a slash in a new %s', (field) => {
    const definition = { ...workflow('order', [step('a')]), [field]: 'a/b' };
    const refusal = refusalOf(() => registryOf().check(definition));
    expect(refusal).toMatchObject({ code: 'INVALID_WORKFLOW', faults: [{ pointer: `/${field}` }] });
  });

  it('takes what an earlier release has stored under a name with a slash, again and in a new version', () => {
    const registry = registryOf(['default', 'shop/order']);
    expect(registry.check(workflow('shop/order', [step('a')])).isNew).toBe(false);
    expect(registry.check(workflow('shop/order', [step('b')], '2.0.0')).isNew).toBe(true);
  });
});

it('of two that are registered at the same moment as one version, one is refused', async () => {
  const troupe = await startTroupe();
  const versions = ['a', 'b'].map((name) => troupe.registerWorkflow(workflow('Order', [step(name)])));
  const [first, second] = await Promise.allSettled(versions);
  expect(first).toMatchObject({ status: 'fulfilled', value: { created: true } });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'VERSION_CONFLICT' } });
  expect(troupe.getWorkflow('Order').definition.steps).toMatchObject([{ name: 'a' }]);
});
