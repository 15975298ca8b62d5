import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestNats } from '../nats-server.ts';
import { byHandOver } from '../remote-worker/by-hand.ts';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { runTroupe, startTroupeCommand } from './process.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await TestNats.start();
});
afterAll(() => nats?.stop());

function handlersFolder(files: Readonly<Record<string, string>>): string {
  const folder = join(temporaryFolder(), 'handlers');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const GREET = 'export default ({ payload }) => "hello " + payload.name;';

describe('troupe worker', () => {
  it('says everything that is missing at once', async () => {
    const { code, stdout, stderr } = await runInProcess(['worker']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--nats-url');
    expect(stderr).toContain('--handlers');
  });

  it('does not start with handlers that cannot be used', async () => {
    const folder = handlersFolder({ 'broken.mjs': 'export const nothing = 1;' });
    const { code, stderr } = await runTroupe(['worker', '--handlers', folder, '--nats-url', nats.url]);
    expect(code).toBe(2);
    expect(stderr).toContain('broken.mjs');
  });

  it('ends when its jobs cannot be taken, though a handler file keeps a timer', async () => {
    const { prefix, bus, subjects } = await byHandOver(nats.url);
    const patient = { ackWaitMs: 60_000, maxInFlight: 1 };
    await bus.consume(subjects.stream('jobs').name, `${prefix}.jobs.acme.*.greet`, patient, () => undefined);
    const folder = handlersFolder({ 'greet.mjs': `setInterval(() => {}, 1_000); ${GREET}` });
    const args = ['worker', '--handlers', folder, '--nats-url', nats.url, '--prefix', prefix];
    for (const isolation of ['host', 'none']) {
      const { code, stderr } = await runTroupe([...args, '--isolation', isolation]);
      expect(code).toBe(1);
      expect(stderr).toContain('OVERLAPPING_CONSUMER');
    }
  });

  it('is not bothered by what only a server needs', async () => {
    const env = { TROUPE_HOST: '0.0.0.0', NATS_URL: nats.url };
    const worker = startTroupeCommand(['worker', '--handlers', handlersFolder({ 'greet.mjs': GREET })], {
      env,
    });
    await worker.shows('serving greet');
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
  });

  it('serves its handlers, and on a signal lets what runs finish', async () => {
    const hand = await byHandOver(nats.url);
    const folder = handlersFolder({
      'greet.mjs': GREET,
      'slow.mjs':
        "import { existsSync } from 'node:fs';" +
        'export default ({ payload }) => { console.log("begun"); return new Promise((done) => { const look = () => existsSync(payload.until) ? done("done") : setTimeout(look, 5); look(); }); };',
    });
    const args = ['worker', '--handlers', folder, '--nats-url', nats.url, '--prefix', hand.prefix];
    const worker = startTroupeCommand(args);
    await worker.shows('serving greet, slow');
    await hand.send('greet', { payload: { name: 'Ada' } });
    expect(await hand.outcomes.nth(1)).toMatchObject({ output: 'hello Ada' });
    const until = join(folder, 'go');
    await hand.send('slow', { payload: { until } });
    await worker.shows('begun');
    worker.child.kill('SIGTERM');
    await worker.shows('1 running');
    writeFileSync(until, '');
    expect(await hand.outcomes.nth(2)).toMatchObject({ output: 'done' });
    expect(await worker.exit).toBe(0);
    expect(worker.stderr()).toContain('Stopped.');
  });

  it('leaves at once on a second signal, and its job to others', async () => {
    const hand = await byHandOver(nats.url);
    const folder = handlersFolder({
      'stuck.mjs': 'export default () => { console.log("begun"); return new Promise(() => {}); };',
    });
    const args = ['worker', '--handlers', folder, '--nats-url', nats.url, '--prefix', hand.prefix];
    const worker = startTroupeCommand(args);
    await worker.shows('serving');
    await hand.send('stuck');
    await worker.shows('begun');
    worker.child.kill('SIGTERM');
    await worker.shows('1 running');
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(1);
    expect(await hand.jobsLeft()).toBe(1);
  });

  it('starts without a server, and begins when there is one', async () => {
    const hand = await byHandOver(nats.url);
    await nats.kill();
    const folder = handlersFolder({ 'greet.mjs': GREET });
    const args = ['worker', '--handlers', folder, '--nats-url', nats.url, '--prefix', hand.prefix];
    const worker = startTroupeCommand(args);
    await worker.shows(/no connection to NATS/);
    await nats.startAgain();
    await expect
      .poll(
        () =>
          hand.send('greet', { payload: { name: 'Ada' } }).then(
            () => true,
            () => false,
          ),
        {
          timeout: 300_000,
        },
      )
      .toBe(true);
    expect(await hand.outcomes.nth(1)).toMatchObject({ output: 'hello Ada' });
  });
});
