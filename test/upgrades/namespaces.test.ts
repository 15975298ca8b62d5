/** The index of workflows by namespace also covers stores that were written without one. */

import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyStore } from '../../src/recovery/verify.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import type { WorkflowDefinition } from '../../src/workflow/definition.ts';
import { openStore } from '../recovery/stores.ts';
import { handlers, request, startTroupe, step, taskFact, temporaryFolder, workflow } from '../support.ts';
import { inFile, writeOldStore } from './old-store.ts';

const served = handlers({ a: () => 'done', Fine: () => 'fine' });

let db: string;
beforeEach(() => {
  db = join(temporaryFolder(), 'troupe.db');
  writeOldStore(db, 'v2');
});

/** As the release of v2 stored it. */
function store(definition: WorkflowDefinition, text = JSON.stringify(definition)): void {
  const { hash } = compileWorkflow(definition);
  const row = [hash, definition.name, definition.version, text, 1];
  inFile(db, (file) => file.prepare('INSERT INTO workflows VALUES (?, ?, ?, ?, ?)').run(...row));
}

const inNamespace = (namespace: string, name: string, version?: string): WorkflowDefinition => ({
  ...workflow(name, [step('a')], version),
  namespace,
});

describe('a workflow of a store without namespaces', () => {
  it('is found by the namespace that its definition names', async () => {
    store(inNamespace('shop', 'Parcel'));
    const troupe = await startTroupe({ db, handlers: served });
    for (const name of ['shop/Parcel', 'Parcel']) {
      const { taskId, task } = await troupe.submit(request(name));
      expect(task).toMatchObject({ name: 'Parcel', workflow: { namespace: 'shop', name: 'Parcel' } });
      await taskFact(troupe, taskId, 'complete');
    }
    const { tasks } = troupe.listTasks({ tenantId: null, name: 'shop/Parcel', limit: 9 });
    expect(tasks).toHaveLength(2);
    expect(troupe.listTasks({ tenantId: null, name: 'default/Order', limit: 9 }).tasks).toHaveLength(2);
  });

  it('leaves room for the same name and version in another namespace, which the old index had not', async () => {
    store(inNamespace('shop', 'Parcel'));
    const troupe = await startTroupe({ db, handlers: served });
    const other = await troupe.registerWorkflow(inNamespace('bank', 'Parcel'));
    expect(other.created).toBe(true);
    expect((await troupe.registerWorkflow(inNamespace('shop', 'Parcel'))).created).toBe(false);
    await expect(troupe.submit(request('Parcel'))).rejects.toMatchObject({ code: 'AMBIGUOUS_WORKFLOW' });
    await troupe.close();
    expect(verifyStore(openStore(db)).findings).toEqual([]);
  });

  it('with a slash in its name is read and run as before, and registered again with no change', async () => {
    store(inNamespace('default', 'shop/Parcel'));
    const troupe = await startTroupe({ db, handlers: served });
    expect(troupe.getWorkflow('shop/Parcel').definition.name).toBe('shop/Parcel');
    const { taskId } = await troupe.submit(request('shop/Parcel'));
    await taskFact(troupe, taskId, 'complete');
    expect(troupe.listTasks({ tenantId: null, name: 'shop/Parcel', limit: 9 }).tasks).toHaveLength(1);
    expect((await troupe.registerWorkflow(inNamespace('default', 'shop/Parcel'))).created).toBe(false);
    const fresh = inNamespace('default', 'other/Parcel');
    await expect(troupe.registerWorkflow(fresh)).rejects.toMatchObject({
      code: 'INVALID_WORKFLOW',
      faults: [{ pointer: '/name' }],
    });
  });

  it.each(['{"namespace":', '{"namespace":["shop"]}', '[]', ''])(
    'whose definition is damaged (%j) keeps nobody from the upgrade, and is named',
    async (text) => {
      store(inNamespace('shop', 'Parcel'), text);
      const troupe = await startTroupe({ db, handlers: served });
      const { taskId } = await troupe.submit(request('Filed'));
      await taskFact(troupe, taskId, 'complete');
      await troupe.close();
      const { findings } = verifyStore(openStore(db));
      expect(findings).toMatchObject([{ problem: expect.stringContaining('Parcel 1.0.0 cannot be opened') }]);
    },
  );
});

it('a workflow in code whose inline handlers were stored without the namespace goes on, beside its like', async () => {
  const inCode = (namespace: string, version = '1.0.0') =>
    defineWorkflow({ name: 'Parcel', namespace, version, steps: { pack: { handler: () => namespace } } });
  const shop = inCode('shop');
  store({ ...shop.definition, steps: [step('pack', [], { handler: 'Parcel/pack' })] });
  const workflows = [shop, inCode('bank'), inCode('shop', '2.0.0')];
  const troupe = await startTroupe({ db, workflows });
  const resultOf = async (name: string, workflowVersion: string) => {
    const { taskId } = await troupe.submit(request(name, { workflowVersion }));
    await taskFact(troupe, taskId, 'complete');
    return troupe.getTask(null, taskId).result;
  };
  expect(await resultOf('shop/Parcel', '1.0.0')).toEqual({ pack: 'shop' });
  expect(await resultOf('shop/Parcel', '2.0.0')).toEqual({ pack: 'shop' });
  expect(await resultOf('bank/Parcel', '1.0.0')).toEqual({ pack: 'bank' });
});

describe('the version set by hand', () => {
  it('is so after a restart, and so is that it was taken back', async () => {
    const by = { by: 'ann', reason: 'it was slow' };
    const current = (version: string) => ({ setByHand: version === '1.0.0', version });
    let troupe = await startTroupe({ db, handlers: served });
    for (const version of ['2.0.0', '1.0.0'])
      await troupe.registerWorkflow(inNamespace('shop', 'Parcel', version));
    await troupe.setCurrentWorkflow('Parcel', '1.0.0', by);
    for (const [version, next] of [
      ['1.0.0', null],
      ['2.0.0', null],
    ] as const) {
      await troupe.close();
      troupe = await startTroupe({ db, handlers: served });
      const { setByHand, workflow } = troupe.currentWorkflow('shop/Parcel');
      expect({ setByHand, version: workflow.definition.version }).toEqual(current(version));
      expect((await troupe.submit(request('Parcel'))).task.workflow?.version).toBe(version);
      await troupe.setCurrentWorkflow('Parcel', next, by);
    }
    expect(troupe.currentWorkflow('Parcel').choices).toMatchObject([
      { version: null, by: 'ann' },
      { version: '1.0.0', by: 'ann', reason: 'it was slow' },
    ]);
  });
});
