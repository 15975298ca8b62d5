import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { watchKeys } from '../../src/api/key-rotation.ts';

function fileOf(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'troupe-keys-')), 'keys.json');
  writeFileSync(file, content);
  return file;
}

function open(file: string) {
  const changes: unknown[] = [];
  const keys = watchKeys(file, { onChange: (change) => changes.push(change), everyMs: 10 });
  onTestFinished(() => keys.close());
  return Object.assign(keys, { changes });
}

const load = (keys: unknown) => open(fileOf(JSON.stringify({ keys })));
const sha256 = createHash('sha256').update('s3cret').digest('hex');

describe('API keys', () => {
  test('are found by the key, whether the file holds it or its digest', () => {
    const keys = load([
      { name: 'shop', sha256: sha256.toUpperCase(), tenant: 'ecommerce' },
      { name: 'root', key: 'open-sesame', admin: true },
    ]);
    expect(keys.find('s3cret')).toMatchObject({ name: 'shop', scope: 'ecommerce' });
    expect(keys.find('open-sesame')).toMatchObject({ name: 'root', scope: null });
  });

  test('are not found by anything else, the digest itself included', () => {
    const keys = load([{ name: 'shop', sha256, tenant: 'ecommerce' }]);
    for (const key of ['', 's3cre', 's3cret ', sha256]) expect(keys.find(key)).toBeNull();
  });

  test.each([
    ['no key at all', []],
    ['neither key nor sha256', [{ name: 'a', tenant: 't' }]],
    ['both key and sha256', [{ name: 'a', key: 'k', sha256, tenant: 't' }]],
    ['neither tenant nor admin', [{ name: 'a', key: 'k' }]],
    ['both tenant and admin', [{ name: 'a', key: 'k', tenant: 't', admin: true }]],
    ['admin: false, which would say nothing', [{ name: 'a', key: 'k', admin: false }]],
    ['an unknown field', [{ name: 'a', key: 'k', tenant: 't', role: 'x' }]],
    [
      'the same key twice',
      [
        { name: 'a', key: 's3cret', tenant: 't' },
        { name: 'b', sha256, tenant: 'u' },
      ],
    ],
  ])('are refused with %s', (_, keys) => {
    expect(() => load(keys)).toThrow(expect.objectContaining({ code: 'INVALID_KEYS' }));
  });

  test('are never repeated in an error', () => {
    const file = fileOf('{"keys":[{"name":"a","key":"s3cret","tenant":"t"},]}');
    expect(() => open(file)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  });

  test.each([
    ['{"keys":[{"name":"a","key":12345678901234567890,"tenant":"t"}]}', '/keys/0/key'],
    ['{"keys":[{"name":"a","key":"s3cret","tenant":"t","tenant":"u"}]}', '/keys/0/tenant'],
    ['{"keys":[{"name":"a","key":"s3cret","key":"s4cret","tenant":"t"}]}', '/keys/0/key'],
  ])('are refused where JSON would change them, without repeating one: %s', (text, pointer) => {
    const message = expect.stringMatching(new RegExp(`${pointer}$`));
    expect(() => open(fileOf(text))).toThrow(expect.objectContaining({ code: 'INVALID_KEYS', message }));
    expect(() => open(fileOf(text))).not.toThrow(/1234567|cret/);
  });

  test('are refused when the file cannot be read', () => {
    expect(() => open('/nowhere/keys.json')).toThrow(expect.objectContaining({ code: 'INVALID_KEYS' }));
  });
});

describe('changing the keys of a running server', () => {
  const write = (file: string, keys: unknown): void => {
    writeFileSync(`${file}.new`, JSON.stringify({ keys }));
    renameSync(`${file}.new`, file);
  };
  const old = { name: 'shop', key: 'old-key', tenant: 'shop' };
  const next = { name: 'shop', key: 'new-key', tenant: 'shop' };

  test('two keys of a tenant are good at once, then the old one is not and its streams end', async () => {
    const file = fileOf(JSON.stringify({ keys: [old] }));
    const keys = open(file);
    const listening = keys.find('old-key')?.revoked;
    write(file, [old, next]);
    await expect.poll(() => keys.find('new-key')).toMatchObject({ name: 'shop', scope: 'shop' });
    expect(keys.find('old-key')).not.toBeNull();
    expect(listening?.aborted).toBe(false);
    write(file, [next]);
    await expect.poll(() => keys.find('old-key')).toBeNull();
    expect(listening?.aborted).toBe(true);
    expect(keys.find('new-key')?.revoked?.aborted).toBe(false);
  });

  test('a file that cannot be used changes nothing, and is told of without a key', async () => {
    const file = fileOf(JSON.stringify({ keys: [old] }));
    const keys = open(file);
    writeFileSync(file, '{"keys":[{"name":"a","key":"s3cret"');
    await expect
      .poll(() => keys.changes)
      .toEqual([{ error: expect.objectContaining({ code: 'INVALID_KEYS' }) }]);
    expect(String((keys.changes[0] as { error: unknown }).error)).not.toContain('s3cret');
    expect(keys.find('old-key')).not.toBeNull();
    write(file, [next]);
    await expect.poll(() => keys.find('new-key')).not.toBeNull();
  });
});
