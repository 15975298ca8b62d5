// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.
/** A step that runs another workflow: parent and child hear of each other in the same commit. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Troupe, TroupeOptions } from '../../src/troupe.ts';
import type { TaskView } from '../../src/views/tasks.ts';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { fact, gate, request, startTroupe, stepFact, taskFact, temporaryFolder } from '../support.ts';
import { asked } from './one-task.ts';

type Work = (job: HandlerContext) => unknown;

/** A parent with a child and a grandchild; `work` is done by the last. */
function family(work: Work, options: { readonly optional?: boolean } = {}) {
  const executed: string[] = [];
  const done = (name: string, run: Work = () => name) => ({
    handler: (job: HandlerContext) => {
      executed.push(`${name}${job.attempt}`);
      return run(job);
    },
  });
  const workflows = [
    defineWorkflow({
      name: 'leaf',
      steps: { pack: done('pack'), send: { dependsOn: ['pack'], ...done('send', work) } },
    }),
    defineWorkflow({
      name: 'middle',
      steps: {
        weigh: done('weigh'),
        ship: { dependsOn: ['weigh'], run: { workflow: 'leaf', payload: { of: '${payload.order}' } } },
      },
    }),
    defineWorkflow({
      name: 'top',
      steps: {
        cart: done('cart', () => ({ id: 7 })),
        go: {
          dependsOn: ['cart'],
          run: { workflow: 'middle', payload: { order: '${steps.cart.output.id}' } },
          ...options,
        },
        mail: { dependsOn: ['go'], ...done('mail', ({ dependencies }) => dependencies['go']) },
      },
    }),
  ];
  return { executed, workflows };
}

async function start(work: Work, options: { readonly optional?: boolean } & Partial<TroupeOptions> = {}) {
  const { optional, ...more } = options;
  const made = family(work, optional === undefined ? {} : { optional });
  const given = { workflows: made.workflows, ...more };
  const troupe = await startTroupe(given);
  const { taskId: id } = await troupe.submit(request('top', { correlationId: 'c', priority: 7 }));
  return { troupe, id, executed: made.executed, given };
}

const childOf = (troupe: Troupe, id: string): TaskView => {
  const [child] = troupe.listTasks({ tenantId: null, limit: 10, parentId: id }).tasks;
  if (child === undefined) throw new Error(`task ${id} has no child`);
  return child;
};
const leafOf = (troupe: Troupe, id: string): TaskView => childOf(troupe, childOf(troupe, id).id);
const statuses = (troupe: Troupe, id: string): string[] => {
  const middle = childOf(troupe, id);
  return [troupe.getTask(null, id), middle, childOf(troupe, middle.id)].map(({ status }) => status);
};
/** Until the leaf's step is so. */
const leafStep = (troupe: Troupe, name: string) =>
  fact(troupe, (found) => found.actor === 'step:send' && found.fact === name);

describe('a step that runs a workflow', () => {
  it('waits for its child, whose result is its output', async () => {
    const { troupe, id, executed } = await start(({ payload }) => ({ sent: payload['of'] }));
    await taskFact(troupe, id, 'complete');
    expect(troupe.getTask(null, id).result).toEqual({ mail: { ship: { send: { sent: 7 } } } });
    expect(executed).toEqual(['cart1', 'weigh1', 'pack1', 'send1', 'mail1']);
    const child = childOf(troupe, id);
    expect(child).toMatchObject({
      name: 'middle',
      correlationId: 'c',
      priority: 7,
      parent: { taskId: id, step: 'go', index: 0 },
      rootId: id,
    });
    expect(leafOf(troupe, id)).toMatchObject({ rootId: id, parent: { taskId: child.id, step: 'ship' } });
    expect(troupe.getTask(null, id)).toMatchObject({ parent: null, rootId: id });
    expect(troupe.listTasks({ tenantId: null, limit: 10 }).tasks.map((task) => task.id)).toEqual([id]);
  });

  it('says that it waits for its child, and what that waits for', async () => {
    const { promise, open } = gate();
    const { troupe, id } = await start(() => promise);
    await leafStep(troupe, 'running');
    const view = troupe.getTask(null, id);
    expect(view).toMatchObject({
      status: 'waiting',
      waitingFor: [{ kind: 'child', step: 'go' }, { kind: 'dependency' }],
    });
    expect(view.steps[1]).toMatchObject({
      status: 'waiting',
      children: { total: 1, next: 1, open: 1, done: 0, lost: 0 },
    });
    open();
    await taskFact(troupe, id, 'complete');
  });

  it('fails with its child, and is skipped where it is optional', async () => {
    const fails = () => {
      throw new PermanentError('no such street');
    };
    const critical = await start(fails);
    await taskFact(critical.troupe, critical.id, 'failed');
    expect(critical.troupe.getTask(null, critical.id).error).toMatchObject({
      step: 'go',
      code: 'CHILD_FAILED',
    });
    const optional = await start(fails, { optional: true });
    await taskFact(optional.troupe, optional.id, 'complete');
    expect(optional.troupe.getTask(null, optional.id).result).toEqual({ mail: null });
  });

  it('R17: a retry of the root executes no completed step of any descendant again', async () => {
    let isMended = false;
    const { troupe, id, executed } = await start(() => {
      if (!isMended) throw new PermanentError('no such street');
      return 'sent';
    });
    await taskFact(troupe, id, 'failed');
    const leaf = leafOf(troupe, id).id;
    isMended = true;
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    expect(executed).toEqual(['cart1', 'weigh1', 'pack1', 'send1', 'send2', 'mail1']);
    expect(leafOf(troupe, id).id).toBe(leaf);
  });

  it('R18: a retry of a grandchild alone completes all above it', async () => {
    let isMended = false;
    const { troupe, id } = await start(() => {
      if (!isMended) throw new PermanentError('no such street');
      return 'sent';
    });
    await taskFact(troupe, id, 'failed');
    expect(statuses(troupe, id)).toEqual(['failed', 'failed', 'failed']);
    isMended = true;
    await troupe.taskVerb(null, leafOf(troupe, id).id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    expect(statuses(troupe, id)).toEqual(['complete', 'complete', 'complete']);
  });

  it('R15: a cancel of the root ends all below it, and no attempt starts afterwards', async () => {
    const { promise, open } = gate();
    const { troupe, id, executed } = await start(() => promise);
    await leafStep(troupe, 'running');
    await troupe.taskVerb(null, id, 'cancel', asked);
    expect(statuses(troupe, id)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(troupe.getStep(null, id, 'go').status).toBe('cancelled');
    open();
    expect(executed).toEqual(['cart1', 'weigh1', 'pack1', 'send1']);
  });

  it('R16: pause and resume reach all below; a child that a person has paused stays paused', async () => {
    const { promise, open } = gate();
    const { troupe, id } = await start(() => promise);
    await leafStep(troupe, 'running');
    await troupe.taskVerb(null, id, 'pause', asked);
    expect(statuses(troupe, id)).toEqual(['paused', 'paused', 'paused']);
    await troupe.taskVerb(null, id, 'resume', asked);
    expect(statuses(troupe, id)).toEqual(['waiting', 'waiting', 'running']);
    const leaf = leafOf(troupe, id).id;
    await troupe.taskVerb(null, leaf, 'pause', asked);
    await troupe.taskVerb(null, id, 'pause', asked);
    await troupe.taskVerb(null, id, 'resume', asked);
    expect(statuses(troupe, id)).toEqual(['waiting', 'waiting', 'paused']);
    await troupe.taskVerb(null, leaf, 'resume', asked);
    open();
    await taskFact(troupe, id, 'complete');
  });

  it('a person resumes no child of a task that is paused', async () => {
    const { promise, open } = gate();
    const { troupe, id } = await start(() => promise);
    await leafStep(troupe, 'running');
    await troupe.taskVerb(null, id, 'pause', asked);
    const resumed = troupe.taskVerb(null, leafOf(troupe, id).id, 'resume', asked);
    await expect(resumed).rejects.toMatchObject({ code: 'PARENT_PAUSED', kind: 'conflict' });
    open();
  });

  it('a step that is skipped while its child works ends once the child has', async () => {
    const { promise, open } = gate();
    const { troupe, id } = await start(() => promise);
    await leafStep(troupe, 'running');
    await troupe.stepVerb(null, id, 'go', 'skip', { by: 'ann', reason: null, output: 'by hand' });
    await taskFact(troupe, id, 'complete');
    expect(statuses(troupe, id)).toEqual(['complete', 'cancelled', 'cancelled']);
    expect(troupe.getStep(null, id, 'go')).toMatchObject({
      status: 'skipped',
      output: 'by hand',
      resolvedBy: 'ann',
    });
    const verb = troupe.taskVerb(null, childOf(troupe, id).id, 'retry', asked);
    await expect(verb).rejects.toMatchObject({ kind: 'conflict' });
    open();
  });

  it('a grandchild is not retried where the root has gone on without its parent', async () => {
    const { troupe, id } = await start(
      () => {
        throw new PermanentError('no street');
      },
      { optional: true },
    );
    await taskFact(troupe, id, 'complete');
    const retried = troupe.taskVerb(null, leafOf(troupe, id).id, 'retry', asked);
    await expect(retried).rejects.toMatchObject({ code: 'PARENT_WENT_ON', kind: 'conflict' });
    expect(statuses(troupe, id)).toEqual(['complete', 'failed', 'failed']);
  });

  it('another child takes the place of one that was cancelled', async () => {
    const { promise, open } = gate();
    const { troupe, id } = await start(() => promise);
    await leafStep(troupe, 'running');
    const first = childOf(troupe, id).id;
    await troupe.taskVerb(null, first, 'cancel', asked);
    await taskFact(troupe, id, 'failed');
    open();
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    const children = troupe.listTasks({ tenantId: null, limit: 10, parentId: id }).tasks;
    expect(children.map((child) => child.status)).toEqual(['complete', 'cancelled']);
  });

  it('fails with what was found where there is no such workflow, and runs it once there is', async () => {
    const top = defineWorkflow({ name: 'top', steps: { go: { run: { workflow: 'later' } } } });
    const troupe = await startTroupe({ workflows: [top], handlers: { scan: () => 'scanned' } });
    const { taskId: id } = await troupe.submit(request('top'));
    await taskFact(troupe, id, 'failed');
    expect(troupe.getTask(null, id).error).toMatchObject({ step: 'go', code: 'UNKNOWN_WORKFLOW' });
    const later = defineWorkflow({ name: 'later', steps: { scan: {} } });
    await troupe.workflows.register(later.definition);
    await troupe.taskVerb(null, id, 'retry', asked);
    await taskFact(troupe, id, 'complete');
    expect(troupe.getTask(null, id).result).toEqual({ go: { scan: 'scanned' } });
  });

  it('fails where the payload breaks the schema of the child, with nothing spawned', async () => {
    const child = {
      ...defineWorkflow({ name: 'child', steps: { scan: {} } }).definition,
      input: { required: ['order'] },
    };
    const top = defineWorkflow({
      name: 'top',
      steps: { go: { run: { workflow: 'child', payload: { odrer: 1 } } } },
    });
    const troupe = await startTroupe({ workflows: [child, top], handlers: { scan: () => 1 } });
    const { taskId: id } = await troupe.submit(request('top'));
    await taskFact(troupe, id, 'failed');
    const { error } = troupe.getTask(null, id);
    expect(error).toMatchObject({
      code: 'INVALID_PAYLOAD',
      message: expect.stringContaining("'order'") as string,
    });
    expect(troupe.listTasks({ tenantId: null, limit: 10, parentId: id }).tasks).toEqual([]);
  });

  it('runs the version that was current when the parent was submitted', async () => {
    const child = (version: string) =>
      defineWorkflow({ name: 'child', version, steps: { which: { handler: 'which' } } });
    const { promise, open } = gate();
    const top = defineWorkflow({
      name: 'top',
      steps: { hold: { handler: () => promise }, go: { dependsOn: ['hold'], run: { workflow: 'child' } } },
    });
    const troupe = await startTroupe({ workflows: [child('1.0.0'), top], handlers: { which: () => 'ran' } });
    const { taskId: id } = await troupe.submit(request('top'));
    await stepFact(troupe, id, 'hold', 'running');
    await troupe.workflows.register(child('2.0.0').definition);
    open();
    await taskFact(troupe, id, 'complete');
    expect(childOf(troupe, id).workflow?.version).toBe('1.0.0');
  });

  it('goes at most sixteen deep, and says the path', async () => {
    const self = defineWorkflow({ name: 'self', steps: { again: { run: { workflow: 'self' } } } });
    const troupe = await startTroupe({ workflows: [self] });
    const { taskId: id } = await troupe.submit(request('self'));
    await taskFact(troupe, id, 'failed');
    let [task] = [troupe.getTask(null, id)];
    let depth = 1;
    for (;;) {
      const [child] = troupe.listTasks({ tenantId: null, limit: 1, parentId: task.id }).tasks;
      if (child === undefined) break;
      task = child;
      depth++;
    }
    expect(depth).toBe(16);
    expect(task.error).toMatchObject({
      code: 'TOO_DEEP',
      message: expect.stringContaining('self → self') as string,
    });
  });

  it('R20: a dependency by name is never a child', async () => {
    const { troupe, id } = await start(() => 'sent');
    await taskFact(troupe, id, 'complete');
    const named = troupe.submit(request('leaf', { dependencies: ['middle'], correlationId: 'c' }));
    await expect(named).rejects.toMatchObject({ code: 'UNKNOWN_DEPENDENCY' });
  });

  it('goes on in the next process, and its whole past can be computed again', async () => {
    const db = join(temporaryFolder(), 'troupe.db');
    const { promise, open } = gate();
    const { troupe, id, given } = await start(() => promise, { db });
    await leafStep(troupe, 'running');
    await troupe.close({ graceMs: 0 });
    open();
    const again = await startTroupe(given);
    await taskFact(again, id, 'complete');
    for (const task of [id, childOf(again, id).id, leafOf(again, id).id]) {
      const last = [...again.history(null, task)].length;
      for (let seq = 1; seq <= last; seq++) expect(again.moment(null, task, seq).differs).toBe(false);
    }
  });
});

it.each([
  ['that does its work', () => 'tidied'],
  [
    'that fails too',
    () => {
      throw new PermanentError('no broom');
    },
  ],
])('R19: a failure handler of a child %s changes nothing of what the parent is told', async (_, tidy) => {
  const fails = (): never => {
    throw new PermanentError('no such street');
  };
  const leaf = defineWorkflow({
    name: 'leaf',
    steps: { send: { handler: fails }, tidy: { handler: tidy, onFailure: true } },
  });
  const top = defineWorkflow({ name: 'top', steps: { go: { run: { workflow: 'leaf' } } } });
  const troupe = await startTroupe({ workflows: [leaf, top] });
  const { taskId: id } = await troupe.submit(request('top'));
  await taskFact(troupe, id, 'failed');
  const { error } = troupe.getStep(null, id, 'go');
  expect(error).toMatchObject({ code: 'CHILD_FAILED' });
  expect(error?.message).toContain('the child task did not complete');
  expect(childOf(troupe, id)).toMatchObject({
    status: 'failed',
    error: { step: 'send', message: 'no such street' },
  });
});
