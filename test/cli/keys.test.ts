/** `troupe keys`: a key is shown once, and its file holds only what tells it from others. */

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadKeys } from '../../src/api/keys.ts';
import { temporaryFolder } from '../support.ts';
import { runInProcess } from './in-process.ts';
import { runTroupe } from './process.ts';

it('makes keys that a server knows, keeps their digests alone, and revokes one of two', async () => {
  const file = join(temporaryFolder(), 'keys.json');
  const create = async () => {
    const { code, stdout } = await runInProcess([
      'keys',
      'create',
      'shop',
      '--tenant',
      'acme',
      '--file',
      file,
    ]);
    expect(code).toBe(0);
    return stdout.trim();
  };
  const [first, second] = [await create(), await create()];
  const keys = loadKeys(file);
  for (const key of [first, second]) {
    expect(keys.find(key)).toMatchObject({ name: 'shop', scope: 'acme' });
    expect(readFileSync(file, 'utf8')).not.toContain(key);
  }
  expect(statSync(file).mode & 0o077).toBe(0);

  const { code, stderr } = await runInProcess(['keys', 'revoke', 'shop', '--file', file]);
  expect(code).toBe(1);
  const [, digest = ''] = /several keys; name one by its digest: ([0-9a-f]+)/.exec(stderr) ?? [];
  await runTroupe(['keys', 'revoke', digest, '--file', file]);
  expect(loadKeys(file).find(first)).toBeNull();
  expect(loadKeys(file).find(second)).not.toBeNull();
});
