import { describe, expect, it } from 'vitest';
import { PayloadsKept, PayloadsSent } from '../../../src/worker/host/payloads.ts';
import { hostOf, jobOf } from './hosting.ts';

const large = Object.fromEntries(Array.from({ length: 9_820 }, (_, key) => [`key ${key}`, key]));

describe('a large payload', () => {
  it('is sent once a task, not once a step', () => {
    const [sent, kept] = [new PayloadsSent(), new PayloadsKept()];
    const jobs = Array.from({ length: 1_000 }, () => jobOf('a', { taskId: 'task', payload: large }));
    let bytes = 0;
    for (const job of jobs) {
      const message = JSON.stringify(sent.write(job));
      bytes += message.length;
      expect(kept.read(JSON.parse(message)).payload['key 7']).toBe(7);
    }
    expect(bytes).toBeLessThan(JSON.stringify(large).length + jobs.length * 1_000);
  });

  it('is forgotten on both sides alike, and sent again then', () => {
    const [sent, kept] = [new PayloadsSent(), new PayloadsKept()];
    for (let round = 0; round < 2; round++) {
      for (let task = 0; task < 70; task++) {
        const payload = { list: Array.from({ length: 300 }, () => task), task };
        const [first, second] = [
          jobOf('a', { taskId: `${task}`, payload }),
          jobOf('b', { taskId: `${task}`, payload }),
        ];
        for (const job of [first, second]) {
          expect(kept.read(JSON.parse(JSON.stringify(sent.write(job)))).payload.task).toBe(task);
        }
      }
    }
  });

  it('is the own of each handler, whatever another does to it', async () => {
    const changes =
      "export default ({ payload }) => { const had = payload.list.length; payload.list.push('mine'); return had; };";
    const { run } = await hostOf({ changes });
    const payload = { ...large, list: [] };
    const ran = [1, 2, 3].map(() => run('changes', { taskId: 'one', payload }));
    for (const { outcome } of ran) expect(await outcome).toMatchObject({ output: 0 });
  });
});
