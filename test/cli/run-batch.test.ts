import { expect, it } from 'vitest';
import { startBatch } from '../../src/cli/run/batch.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { request, startTroupe, step, workflow } from '../support.ts';

const parcel = (namespace: string) => ({ ...workflow('Parcel', [step('a')]), namespace });

it('a run of a workflow in one namespace is not one of its namesake in another', async () => {
  const troupe = await startTroupe({ workflows: [parcel('shop')] });
  const begin = (namespace: string, payload: Record<string, unknown>) => {
    const compiled = compileWorkflow(parcel(namespace));
    return startBatch(troupe, compiled, [request('Parcel', { payload })], () => []);
  };
  const first = await begin('shop', { id: 1 });
  // Interrupted: nobody serves its step.
  expect(first).toMatchObject({ isResumed: false, tasks: [{ workflow: { namespace: 'shop' } }] });
  await troupe.registerWorkflow(parcel('bank'));
  const second = await begin('bank', { id: 2 });
  expect(second).toMatchObject({ isResumed: false, tasks: [{ workflow: { namespace: 'bank' } }] });
  const again = await startBatch(troupe, compileWorkflow(parcel('shop')), null, () => []);
  expect(again.isResumed).toBe(true);
  expect(again.tasks.map(({ id }) => id)).toEqual(first.tasks.map(({ id }) => id));
});
