/** A failure is whole where one looks at it, in short where it stands among others, and old ones still open. */

import { expect, it } from 'vitest';
import { errorSummary, errorView } from '../../src/views/errors.ts';
import { handlers, request, startTroupe, taskFact } from '../support.ts';

const query = { tenantId: null, limit: 10 };

it('shows stack, causes and fields in the task, the step, each attempt and the history, and none of it in a list', async () => {
  const broken = (): never => {
    throw Object.assign(new TypeError('bug', { cause: new Error('reason') }), { order: 7 });
  };
  const troupe = await startTroupe({ handlers: handlers({ broken }) });
  const { taskId } = await troupe.submit(request('broken', { maxRetries: 0 }));
  const { error: told } = await taskFact(troupe, taskId, 'failed');
  const whole = {
    name: 'TypeError',
    message: 'bug',
    code: null,
    stack: expect.stringContaining('error-views.test.ts'),
    causes: [{ name: 'Error', message: 'reason', stack: expect.stringContaining('error-views.test.ts') }],
    errors: [],
    details: { order: 7 },
    response: null,
    retryable: true,
  };
  const task = troupe.getTask(null, taskId);
  expect(task.error).toMatchObject({ ...whole, step: 'broken' });
  expect(task.steps[0]?.error).toMatchObject(whole);
  expect(troupe.getStep(null, taskId, 'broken').attempts).toMatchObject([{ error: whole }]);
  const history = [...troupe.history(null, taskId)];
  expect(history.find(({ event }) => event === 'attempt.failed')?.detail['error']).toMatchObject(whole);
  // Once for the error and once for its cause: the task's own entry has it in short.
  expect(JSON.stringify(history).match(/at broken/g)).toHaveLength(2);
  const short = { name: 'TypeError', message: 'bug', code: null, retryable: true };
  expect(troupe.summarizeTasks(query).tasks[0]?.error).toEqual({ ...short, step: 'broken' });
  expect(troupe.listTasks(query).tasks[0]?.error).toMatchObject({ ...short, stack: null, causes: [] });
  expect(JSON.stringify(troupe.listTasks(query))).not.toContain('error-views.test.ts');
  expect(told).toEqual({ ...short, details: { order: 7 } });
});

it('of an error stored by an older version, says what that knew', () => {
  expect(errorView({ name: 'Error', message: 'm', code: 'E', retryable: false })).toEqual({
    name: 'Error',
    message: 'm',
    code: 'E',
    retryable: false,
    stack: null,
    causes: [],
    errors: [],
    details: null,
    response: null,
  });
});

it('is short in a list, however long its message', () => {
  const error = { name: 'Error', message: 'm'.repeat(4_000), code: null, retryable: true, stack: 's' };
  expect(JSON.stringify(errorSummary(error)).length).toBeLessThan(600);
});
