/**
 * `troupe keys …`: makes, lists and revokes the keys of a file. A key is shown once, when it is made; the file keeps
 * its digest alone. A server that uses the file takes the change over within a second.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { digestOfKey, type KeysFile, readKeysFile } from '../api/keys.ts';
import { reasonOf } from '../errors.ts';
import { nameField } from '../workflow/fields.ts';
import { parseWith, strict } from '../workflow/parse.ts';
import { tenantIdField } from '../workflow/task-request.ts';
import { Failure } from './failure.ts';
import { colorsFor, plain, print, printJson, say } from './output.ts';
import { table } from './table.ts';

interface FileOptions {
  readonly file: string;
  readonly json?: true;
}

interface CreateOptions extends FileOptions {
  readonly tenant?: string;
  readonly admin?: true;
}

type Key = KeysFile['keys'][number];

/** Told apart from other programs' secrets by whoever, or whatever, finds one where it should not be. */
const KEY_PREFIX = 'troupe_';
const DIGEST_DIGITS = 12;

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('Makes, lists and revokes the API keys of a file.');
  addCommand(keys, 'create')
    .argument('<name>', 'whose it is; journaled with what it is used for')
    .description('Makes a key and prints it, once. One tenant may have several, so that keys can be changed.')
    .option('--tenant <id>', 'sees and submits for this tenant alone')
    .option('--admin', 'sees and does everything')
    .action(create);
  addCommand(keys, 'list').description('Whose keys there are; never the keys.').action(list);
  addCommand(keys, 'revoke')
    .argument('<which>', 'the name, or the beginning of the digest where a name has several')
    .description('Takes a key out of the file.')
    .action(revoke);
}

const addCommand = (keys: Command, name: string): Command =>
  keys
    .command(name)
    .addOption(new Option('--file <file>', 'the keys file').env('TROUPE_API_KEYS').makeOptionMandatory())
    .option('--json', 'print JSON');

function create(name: string, { file, tenant, admin, json }: CreateOptions): void {
  if ((tenant === undefined) === (admin === undefined)) {
    throw new Failure('say whose key it is: --tenant ID, or --admin', { exitCode: 2 });
  }
  const asked = { name, ...(tenant === undefined ? {} : { tenant }) };
  parseWith(strict({ name: nameField, tenant: tenantIdField.optional() }), asked, 'INVALID_KEY', 'the key');
  const key = KEY_PREFIX + randomBytes(32).toString('base64url');
  const entry: Key = { ...asked, ...(admin ? { admin } : {}), sha256: digestOfKey({ name, key }) };
  change(file, (before) => [...before, entry]);
  if (json) printJson({ ...asked, ...(admin ? { admin } : {}), key });
  else print(key);
  say(`This is the only time the key is shown. ${plain(file)} keeps its digest.`);
}

function list({ file, json }: FileOptions): void {
  const shown = readKeysFile(file).keys.map((key) => ({
    name: key.name,
    tenant: key.tenant ?? null,
    admin: key.admin === true,
    digest: shortDigest(key),
    plain: key.key !== undefined,
  }));
  if (json) {
    printJson({ keys: shown });
    return;
  }
  const rows = shown.map(({ name, tenant, digest, plain: isPlain }) => [
    plain(name),
    tenant === null ? 'everything' : `tenant ${plain(tenant)}`,
    digest,
    isPlain ? 'the key itself' : 'its digest',
  ]);
  print(table(['NAME', 'FOR', 'DIGEST', 'THE FILE HOLDS'], rows, colorsFor(process.stdout)));
}

function revoke(which: string, { file, json }: FileOptions): void {
  let revoked: Key | undefined;
  change(file, (before) => {
    const found = before.filter((key) => key.name === which || isDigestOf(which, key));
    if (found.length !== 1) throw new Failure(choiceMessage(which, found));
    [revoked] = found;
    if (before.length === 1)
      throw new Failure('this is the only key; make another first, or delete the file');
    return before.filter((key) => key !== revoked);
  });
  if (revoked === undefined) return;
  if (json) printJson({ name: revoked.name, digest: shortDigest(revoked) });
  else say(`Revoked ${plain(revoked.name)} (${shortDigest(revoked)}).`);
}

const shortDigest = (key: Key): string => digestOfKey(key).slice(0, DIGEST_DIGITS);

const isDigestOf = (text: string, key: Key): boolean =>
  /^[0-9a-f]{6,64}$/i.test(text) && digestOfKey(key).startsWith(text.toLowerCase());

function choiceMessage(which: string, found: readonly Key[]): string {
  if (found.length === 0) return `there is no key ${plain(which)}; see "troupe keys list"`;
  return `${plain(which)} has several keys; name one by its digest: ${found.map(shortDigest).join(', ')}`;
}

/** All of it or nothing, and by one at a time: the new file, made beside the old one, is also the lock. */
function change(path: string, edit: (keys: readonly Key[]) => readonly Key[]): void {
  const file = existsSync(path) ? realpathSync(path) : path;
  const isNew = !existsSync(file);
  const keys = edit(isNew ? [] : readKeysFile(file).keys);
  const next = `${file}.new`;
  try {
    const mode = isNew ? 0o600 : statSync(file).mode & 0o777;
    writeFileSync(next, `${JSON.stringify({ keys }, null, 2)}\n`, { flag: 'wx', mode, flush: true });
  } catch (cause) {
    const why = reasonOf(cause);
    const notes = ['If no other "troupe keys" is at work, delete that file.'];
    throw new Failure(`cannot write ${next}: ${why}`, { cause, notes: existsSync(next) ? notes : [] });
  }
  try {
    renameSync(next, file);
  } catch (cause) {
    rmSync(next, { force: true });
    throw new Failure(`cannot replace ${file}`, { cause });
  }
}
