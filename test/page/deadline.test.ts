/** The deadline of a task on the page: in its first line, and as a line of the timeline. */

import { describe, expect, it, test } from 'vitest';
import { deadlineOf } from '../../src/page/task/timeline/deadline.ts';
import { whysOf } from '../../src/page/task/why-text.ts';
import { request } from '../support.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

const deadline = '2030-01-01T12:00:00.000Z';
const at = Date.parse(deadline);

describe('the timeline', () => {
  it('has the deadline of a task that is under way, wherever it lies', () => {
    expect(deadlineOf({ deadline, finishedAt: null }, null, at - 1)).toBe(at);
    expect(deadlineOf({ deadline, finishedAt: null }, null, at + 1)).toBe(at);
  });

  it('has that of a task which has ended only if it came before the end', () => {
    expect(deadlineOf({ deadline, finishedAt: deadline }, null, at)).toBe(at);
    expect(deadlineOf({ deadline, finishedAt: '2030-01-01T11:00:00.000Z' }, null, at - 1)).toBeNull();
  });

  it('has none of a task without one, nor at a moment of the past', () => {
    expect(deadlineOf({ deadline: null, finishedAt: null }, null, at)).toBeNull();
    expect(deadlineOf({ deadline, finishedAt: null }, 3, at)).toBeNull();
  });
});

describe('the reason of a wait', () => {
  const until = '2030-01-01T11:50:00.000Z';

  it.each([
    ['backoff after attempt 1', `backoff after attempt 1, until ${until}, and all of it until ${deadline}`],
    ['it is queued', `it is queued, and all of it until ${deadline}`],
  ])('is told without its times, which the page tells itself: %s', (text, why) => {
    const waitingFor = [{ kind: 'timer', until, why } as const];
    const [first] = whysOf({ status: 'retrying', error: null, waitingFor });
    expect(first).toMatchObject({ text, until, deadline });
  });

  it('of a task without a deadline says nothing of one', () => {
    const waitingFor = [{ kind: 'timer', until, why: 'backoff after attempt 1' } as const];
    expect(whysOf({ status: 'retrying', error: null, waitingFor })[0]).toMatchObject({ deadline: null });
  });
});

test.skipIf(!hasBrowser)('a browser shows both', async () => {
  const { url, troupe } = await serve();
  const { taskId } = await troupe.submit(request('nobody', { deadlineSeconds: 3_600 }));
  const { taskId: free } = await troupe.submit(request('nobody'));
  const page = await openTab();
  await page.goto(`${url}/ui/tasks/${taskId}?view=timeline`);
  await page.getByText('its deadline is').waitFor();
  await page.locator('.lane .deadline-line').first().waitFor();
  // The task and its only step.
  expect(await page.locator('.lane .deadline-line').count()).toBe(2);
  expect(await page.locator('.legend .deadline-line').count()).toBe(1);
  expect(await page.locator('.tick.is-deadline').getAttribute('title')).toMatch(/^the deadline: /);
  await page.goto(`${url}/ui/tasks/${free}?view=timeline`);
  await page.locator('.lane').first().waitFor();
  expect(await page.locator('.deadline-line').count()).toBe(0);
});
