import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HandlerHost } from '../../../src/worker/host/host.ts';
import { hostOf } from './hosting.ts';

const PATIENCE = { timeout: 300_000 };
const PID = 'export default () => process.pid;';
const outputs = async (ran: readonly { outcome: Promise<unknown> }[]): Promise<unknown[]> =>
  (await Promise.all(ran.map(({ outcome }) => outcome))).map(
    (outcome) => (outcome as { output: unknown }).output,
  );

describe('the handler host', () => {
  it('runs handlers in another process, one for all', async () => {
    const { run } = await hostOf({ a: PID, b: PID });
    const pids = new Set(await outputs([run('a'), run('b'), run('a')]));
    expect(pids.size).toBe(1);
    expect(pids.has(process.pid)).toBe(false);
  });

  it('gives a handler that asks for it a process for each attempt', async () => {
    const { run } = await hostOf({ a: PID, alone: `export const isolation = 'process'; ${PID}` });
    const [shared, ...alone] = await outputs([run('a'), run('alone'), run('alone')]);
    expect(new Set([shared, ...alone]).size).toBe(3);
  });

  it('gives a step that asks for it a process for each attempt', async () => {
    const { run } = await hostOf({ a: PID });
    const [shared, alone] = await outputs([run('a'), run('a', { isolation: 'process' })]);
    expect(alone).not.toBe(shared);
  });

  it('bounds the memory of such a process, and says so when it is used up', async () => {
    const hungry =
      'export default () => { const all = []; for (;;) all.push(new Array(100_000).fill(all.length)); };';
    const { run } = await hostOf({ hungry });
    expect(await run('hungry', { isolation: 'process', memoryMb: 48 }).outcome).toMatchObject({
      error: { code: 'WORKER_DIED', message: expect.stringContaining('48 MB') },
    });
  });

  it('ends such a process with its attempt, whatever it does', async () => {
    const { host, run } = await hostOf({ loops: 'export default () => { for (;;); };', a: PID });
    const { job } = run('loops', { isolation: 'process' });
    await run('a', { isolation: 'process' }).outcome;
    host.release(job.token);
    await host.close();
    expect(host.has(job.token)).toBe(false);
  });

  it('tells the handler by its signal that its attempt is over', async () => {
    const waits = `export default ({ signal }) => new Promise((done) => signal.addEventListener('abort', () => {
      setTimeout(() => { throw new Error('heard it'); });
      done();
    }));`;
    const { host, run, log } = await hostOf({ waits, a: PID });
    const { job } = run('waits');
    await run('a').outcome;
    host.release(job.token);
    await expect
      .poll(() => log.map(({ msg }) => msg), PATIENCE)
      .toContain('a handler failed after its attempt was over');
  });

  it('keeps the columns that a handler records', async () => {
    const { run } = await hostOf({
      a: 'export default ({ record }) => { record({ usd: 1.5 }); return 1; };',
    });
    expect(await run('a').outcome).toMatchObject({ record: { usd: 1.5 } });
  });

  it('refuses files that cannot be used, all at once', async () => {
    const opening = hostOf({ a: 'export const nothing = 1;', b: 'export default 7;' });
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_HANDLERS', faults: [{}, {}] });
  });

  it('refuses a file that ends the process while it is loaded', async () => {
    await expect(hostOf({ a: 'process.exit(5);' })).rejects.toMatchObject({
      code: 'INVALID_HANDLERS',
      message: expect.stringContaining('exit code 5'),
    });
  });

  it('loads the files again, and lets what runs finish with the old code', async () => {
    const waits = `export default ({ payload }) => new Promise((done) => {
      const { watch, existsSync } = process.getBuiltinModule('node:fs');
      const look = () => existsSync(payload.until) ? done('old') : setTimeout(look, 5);
      look();
    });`;
    const { host, folder, run } = await hostOf({ a: "export default () => 'old';", waits });
    const until = join(folder, 'go');
    const old = run('waits', { payload: { until } });
    writeFileSync(join(folder, 'a.mjs'), "export default () => 'new';");
    writeFileSync(join(folder, 'added.mjs'), "export default () => 'added';");
    expect(await host.reload()).toBeNull();
    expect(await outputs([run('a'), run('added')])).toEqual(['new', 'added']);
    writeFileSync(until, '');
    expect(await outputs([old])).toEqual(['old']);
  });

  it('keeps the handlers of before when the files cannot be loaded again', async () => {
    const { host, folder, run } = await hostOf({ a: "export default () => 'old';" });
    writeFileSync(join(folder, 'a.mjs'), 'export default (');
    expect(await host.reload()).toMatchObject({ kind: 'refused', faults: [{}] });
    expect(await outputs([run('a')])).toEqual(['old']);
  });

  it('fails nobody while its files cannot be loaded after a death', async () => {
    const { folder, run, log } = await hostOf({
      a: "export default () => 'back';",
      exits: 'export default () => process.exit(1);',
    });
    rmSync(join(folder, 'exits.mjs'));
    writeFileSync(join(folder, 'exits.mjs'), 'export default (');
    const death = run('exits');
    await death.outcome;
    const waiting = run('a');
    await expect.poll(() => log.map(({ msg }) => msg), PATIENCE).toContain('the handlers cannot be loaded');
    rmSync(join(folder, 'exits.mjs'));
    expect(await outputs([waiting])).toEqual(['back']);
  });

  it('has no process without folders', async () => {
    const { host } = await hostOf({}, { groups: [] });
    expect(host).toBeInstanceOf(HandlerHost);
    expect(host.handlers).toEqual([]);
  });
});
