/** Links over HTTP: their base, and what one says that is opened too early. */

import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import { gate, request, startTroupe, stepFact } from '../support.ts';

const BASE = 'https://shop.example';

async function mailed() {
  const mailed = gate<string>();
  const order = defineWorkflow({
    name: 'order',
    steps: {
      mail: { handler: ({ approvals }) => mailed.open(approvals['manager'] ?? '') },
      paid: { dependsOn: ['mail'], waitFor: { signal: 'payment' } },
      manager: { dependsOn: ['paid'], waitFor: { approval: 'Ship?' } },
    },
  });
  const troupe = await startTroupe({ workflows: [order], publicUrl: BASE });
  const { taskId: id } = await troupe.submit(request('order'));
  const app = createApp({ troupe, keys: null, version: '1.2.3', publicUrl: () => BASE });
  const link = await mailed.promise;
  await stepFact(troupe, id, 'paid', 'waiting');
  const ask = async (path: string, init: RequestInit = {}) => app.request(path, init);
  return { troupe, id, link, path: new URL(link).pathname, ask };
}

const page = { headers: { accept: 'text/html' } };
const answer = (decision: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ decision }),
});

describe('a link that a handler sent ahead', () => {
  it('says "not asked yet" with 409, as a page and as JSON, and takes no answer', async () => {
    const { troupe, id, path, ask } = await mailed();
    const shown = await ask(path, page);
    expect([shown.status, await shown.text()]).toEqual([409, expect.stringContaining('Not asked yet.')]);
    expect(shown.headers.get('cache-control')).toBe('no-store');
    for (const response of [await ask(path), await ask(path, answer('approve'))]) {
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({ code: 'APPROVAL_NOT_ASKED' });
    }
    expect(troupe.getStep(null, id, 'paid').status).toBe('waiting');
  });

  it('is the one that the list gives once it is asked, and answers', async () => {
    const { troupe, id, link, path, ask } = await mailed();
    await troupe.signalTask(null, id, 'payment', {}, 'test');
    await stepFact(troupe, id, 'manager', 'waiting');
    const list = (await (await ask('/approvals')).json()) as { approvals: { link: string }[] };
    expect(list.approvals.map((approval) => approval.link)).toEqual([link]);
    expect(await (await ask(path, page)).text()).toContain('Ship?');
    expect((await ask(path, answer('approve'))).status).toBe(200);
    expect(troupe.getStep(null, id, 'manager').status).toBe('complete');
    expect((await ask(path, page)).status).toBe(410);
  });
});
