import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadKeys } from '../../src/api/keys.ts';

function fileOf(content: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'troupe-keys-')), 'keys.json');
  writeFileSync(file, content);
  return file;
}

const load = (keys: unknown) => loadKeys(fileOf(JSON.stringify({ keys })));
const sha256 = createHash('sha256').update('s3cret').digest('hex');

describe('API keys', () => {
  test('are found by the key, whether the file holds it or its digest', () => {
    const keys = load([
      { name: 'shop', sha256: sha256.toUpperCase(), tenant: 'ecommerce' },
      { name: 'root', key: 'open-sesame', admin: true },
    ]);
    expect(keys.find('s3cret')).toEqual({ name: 'shop', scope: 'ecommerce' });
    expect(keys.find('open-sesame')).toEqual({ name: 'root', scope: null });
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
    expect(() => loadKeys(file)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  });

  test('are refused when the file cannot be read', () => {
    expect(() => loadKeys('/nowhere/keys.json')).toThrow(expect.objectContaining({ code: 'INVALID_KEYS' }));
  });
});
