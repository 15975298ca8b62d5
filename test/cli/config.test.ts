import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigOptions, readConfig } from '../../src/cli/config.ts';
import { temporaryFolder } from '../support.ts';

const read = (more: Partial<ConfigOptions> = {}) =>
  readConfig({
    flags: {},
    env: {},
    defaults: { db: 'here.db', webhookAllow: [] },
    insecure: false,
    ...more,
  });

describe('the settings', () => {
  it('are the defaults when nothing is given', () => {
    const { config, problems } = read();
    expect(problems).toEqual([]);
    expect(config.port).toEqual({ value: 7070, from: 'default' });
    expect(config.host).toEqual({ value: '127.0.0.1', from: 'default' });
    expect(config.concurrency).toEqual({ value: 200, from: 'default' });
    expect(config.webhookSecret).toEqual({ value: null, from: 'default' });
  });

  it('take a flag over the environment over the default, and remember which', () => {
    const env = { TROUPE_PORT: '1', TROUPE_DB: 'env.db', TROUPE_WEBHOOK_ALLOW: '10.0.0.0/8, hooks.internal' };
    const { config } = read({ flags: { port: '2' }, env });
    expect(config.port).toEqual({ value: 2, from: 'flag' });
    expect(config.db).toEqual({ value: 'env.db', from: 'env TROUPE_DB' });
    expect(config.webhookAllow).toEqual({
      value: ['10.0.0.0/8', 'hooks.internal'],
      from: 'env TROUPE_WEBHOOK_ALLOW',
    });
  });

  it('take NATS as all its clients do, and say what is wrong without showing a secret', () => {
    const { config } = read({
      env: { NATS_URL: 'nats://a,nats://b', TROUPE_PREFIX: 'shop', TROUPE_INSPECT: 'on' },
    });
    expect(config.natsUrl).toEqual({ value: 'nats://a,nats://b', from: 'env NATS_URL' });
    expect(config.prefix).toEqual({ value: 'shop', from: 'env TROUPE_PREFIX' });
    expect(config.inspect).toEqual({ value: true, from: 'env TROUPE_INSPECT' });
    const { problems } = read({
      env: { NATS_URL: 'http://me:hush@a', NATS_CREDS: '/no/such/file' },
      flags: { prefix: 'a.b' },
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['NATS_URL', 'NATS_CREDS', '--prefix']);
    expect(problems.join()).not.toContain('hush');
  });

  it('refuse credentials for no server', () => {
    const natsCreds = join(temporaryFolder(), 'creds');
    writeFileSync(natsCreds, '');
    expect(read({ flags: { natsCreds } }).problems).toHaveLength(1);
    expect(read({ flags: { natsCreds, natsUrl: 'localhost' } }).problems).toEqual([]);
  });

  it('take where people reach the server, and refuse what no link could begin with', () => {
    expect(read().config.publicUrl).toEqual({ value: null, from: 'default' });
    const env = { TROUPE_PUBLIC_URL: 'https://shop.example/troupe/' };
    expect(read({ env }).config.publicUrl).toEqual({
      value: 'https://shop.example/troupe',
      from: 'env TROUPE_PUBLIC_URL',
    });
    expect(read({ flags: { publicUrl: 'http://10.0.0.1:7070' }, env }).config.publicUrl.from).toBe('flag');
    const wrong = [
      'shop.example',
      'ftp://shop.example',
      'https://shop.example/?a=1',
      'https://me:hush@shop.example',
    ];
    const problems = wrong.flatMap((publicUrl) => read({ flags: { publicUrl } }).problems);
    expect(problems.map((problem) => problem.split(' must ')[0])).toEqual([
      '--public-url: "shop.example"',
      '--public-url: "ftp://shop.example"',
      '--public-url: "https://shop.example/?a=1"',
      '--public-url:',
    ]);
    expect(problems.join()).not.toContain('hush');
  });

  it('take an empty variable as not set', () => {
    expect(read({ env: { TROUPE_PORT: '' } }).config.port).toEqual({ value: 7070, from: 'default' });
  });

  it('join a repeated flag with commas', () => {
    const folder = temporaryFolder();
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    mkdirSync(one);
    mkdirSync(two);
    expect(read({ flags: { handlers: [one, two] } }).config.handlers.value).toEqual([one, two]);
    expect(read({ env: { TROUPE_HANDLERS: `${one},${two}` } }).config.handlers.value).toEqual([one, two]);
  });

  it('tell every problem at once, each under the name it was given by', () => {
    const { problems } = read({
      flags: { port: '70000', concurrency: '1.5', handlers: ['/no/such/folder'] },
      env: {
        TROUPE_LOG: 'loud',
        TROUPE_API_KEYS: '/no/such/file',
        TROUPE_WEBHOOK_ALLOW: '*.internal',
        TROUPE_WEBHOOK_SECRET: 'whsec_%',
        TROUPE_HOST: 'http://x',
      },
      defaults: { db: null, webhookAllow: [] },
    });
    const names = problems.map((problem) => problem.split(':')[0]);
    expect(names).toEqual([
      'TROUPE_HOST',
      '--port',
      'TROUPE_API_KEYS',
      'TROUPE_WEBHOOK_SECRET',
      'TROUPE_WEBHOOK_ALLOW',
      '--handlers',
      '--concurrency',
      'TROUPE_LOG',
      'no store is given',
    ]);
  });

  it('bound the time to stop, by 25 s unless told otherwise', () => {
    expect(read().config.stopWithin).toEqual({ value: 25_000, from: 'default' });
    const env = { TROUPE_STOP_WITHIN: '2m' };
    expect(read({ env }).config.stopWithin).toEqual({ value: 120_000, from: 'env TROUPE_STOP_WITHIN' });
    for (const stopWithin of ['0s', '2h', '-1s', 'soon'])
      expect(read({ flags: { stopWithin } }).problems).toEqual([expect.stringContaining('--stop-within: ')]);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.com'])('refuse %s without keys', (host) => {
    expect(read({ flags: { host } }).problems).toHaveLength(1);
    expect(read({ flags: { host }, insecure: true }).problems).toEqual([]);
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost'])('need no keys on %s', (host) => {
    expect(read({ flags: { host } }).problems).toEqual([]);
  });

  it('let any address be listened on with keys', () => {
    const apiKeys = join(temporaryFolder(), 'keys.json');
    writeFileSync(apiKeys, '{}');
    expect(read({ flags: { host: '0.0.0.0', apiKeys } }).problems).toEqual([]);
  });
});
