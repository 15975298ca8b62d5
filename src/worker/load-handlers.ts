/**
 * Handlers out of folders: every module file of a folder, not nested, is one handler or several. A file that gives
 * none, cannot be loaded or takes a name twice is refused by name, so that no worker starts with half of them.
 */

import { readdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Fault, Refusal } from '../errors.ts';
import { LIMITS } from '../workflow/definition.ts';
import { MEMORY_FORMS, memoryMb } from '../workflow/memory-size.ts';
import { isDotSegment, nameKey, tooLong } from '../workflow/name-key.ts';
import type { Handler, HandlerEntry } from './job.ts';

/** In the order of file names, and within a file in the order written. Refuses with INVALID_HANDLERS. */
export async function loadHandlers(folder: string): Promise<HandlerEntry[]> {
  const files = handlerFiles(folder);
  if (files.some((file) => languageOf(file) === 'TypeScript')) await enableTypeScript();
  const fileOf = new Map<string, string>();
  const faults: Fault[] = [];
  const entries: HandlerEntry[] = [];
  for (const file of files) {
    const path = join(folder, file);
    const found = await loadFile(path);
    if (typeof found === 'string') {
      faults.push({ pointer: path, message: found });
      continue;
    }
    for (const entry of found) {
      const key = nameKey(entry.name);
      const other = fileOf.get(key);
      if (other !== undefined) faults.push({ pointer: path, message: taken(entry.name, other) });
      fileOf.set(key, other ?? file);
      entries.push(entry);
    }
  }
  if (faults.length === 0) return entries;
  throw new Refusal('INVALID_HANDLERS', `the handlers in ${folder} cannot be used`, { faults });
}

const taken = (name: string, file: string): string =>
  `handler "${name}" is already in ${file}; rename one of them`;

const LANGUAGES: Readonly<Record<string, 'JavaScript' | 'TypeScript'>> = {
  '.js': 'JavaScript',
  '.mjs': 'JavaScript',
  '.ts': 'TypeScript',
  '.mts': 'TypeScript',
};

/** By the name's ending; null when it is none of a handler file, or that of a test or of types alone. */
function languageOf(file: string): 'JavaScript' | 'TypeScript' | null {
  const ending = extname(file);
  const isBeside = /\.(test|d)$/.test(basename(file, ending));
  return isBeside ? null : (LANGUAGES[ending] ?? null);
}

function handlerFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && languageOf(entry.name) !== null)
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    throw new Refusal('INVALID_HANDLERS', `cannot read the handlers folder ${folder}`, { cause });
  }
}

let typeScript: Promise<void> | null = null;

/**
 * Once a process. For both module systems, since a folder without `"type": "module"` holds CommonJS; there a handler
 * that imports Troupe gets a copy of its own, which is slow to load but works: errors are known by name.
 */
function enableTypeScript(): Promise<void> {
  typeScript ??= Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')]).then(([esm, cjs]) => {
    esm.register();
    cjs.register();
  });
  return typeScript;
}

/** The handlers of a file, or what is wrong with it. */
async function loadFile(path: string): Promise<HandlerEntry[] | string> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = exportsOf(await import(pathToFileURL(resolve(path)).href));
  } catch (error) {
    return `cannot be loaded: ${reasonOf(error, path)}`;
  }
  return entriesOf(module, basename(path, extname(path)));
}

function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return String(error);
  // Node keeps the place of a syntax error to itself unless the process dies of it.
  const hint = error instanceof SyntaxError ? `; "node --check ${path}" shows where` : '';
  return `${error.name}: ${error.message}${hint}`;
}

/** Finds the exports inside `default`, where CommonJS compiled from ESM puts them. */
function exportsOf(namespace: unknown): Readonly<Record<string, unknown>> {
  const exported = isObject(namespace) ? namespace : {};
  const inner = exported.default;
  return isObject(inner) && inner.__esModule === true ? inner : exported;
}

function entriesOf(module: Readonly<Record<string, unknown>>, fileName: string): HandlerEntry[] | string {
  const { default: single, handlers, name = fileName, concurrency = null } = module;
  const isolation = isolationOf(module);
  if (typeof isolation === 'string') return isolation;
  if (concurrency !== null && !isLimit(concurrency)) {
    return '`concurrency` must be a whole number of at least 1';
  }
  if (handlers !== undefined) {
    if (single === undefined && module.name === undefined)
      return severalEntries(handlers, { concurrency, ...isolation });
    return 'exports `handlers` together with a default or a `name`; keep one of the two forms';
  }
  if (!isHandler(single)) {
    return 'exports no handler; write `export default async (job) => …` or `export const handlers = { Name: fn }`';
  }
  return isName(name) ? [{ name, run: single, concurrency, ...isolation }] : badName(name);
}

function severalEntries(
  handlers: unknown,
  limits: Omit<HandlerEntry, 'name' | 'run'>,
): HandlerEntry[] | string {
  if (!isObject(handlers) || Object.keys(handlers).length === 0) {
    return '`handlers` must be an object of functions, by handler name';
  }
  const entries: HandlerEntry[] = [];
  for (const [name, run] of Object.entries(handlers)) {
    if (!isName(name)) return badName(name);
    if (!isHandler(run)) return `handler "${name}" is not a function`;
    entries.push({ name, run, ...limits });
  }
  return entries;
}

/** Reads a file's wishes for the process of its handlers, or returns their fault. */
function isolationOf({
  isolation,
  memory,
}: Readonly<Record<string, unknown>>): Pick<HandlerEntry, 'isolation' | 'memoryMb'> | string {
  if (isolation !== undefined && isolation !== 'process') {
    return '`isolation` must be "process", or left out: then its attempts run with all others';
  }
  if (memory === undefined) return isolation === undefined ? {} : { isolation };
  if (isolation === undefined) {
    return "`memory` is of a process of its own: write `export const isolation = 'process'` as well";
  }
  const mb = memoryMb(memory);
  return mb === null ? `\`memory\` ${MEMORY_FORMS}` : { isolation, memoryMb: mb };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

const isLimit = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

const isName = (name: unknown): name is string =>
  typeof name === 'string' &&
  name.trim() !== '' &&
  name.length <= LIMITS.nameLength &&
  !/[\p{Cc}\p{Cs}]/u.test(name) &&
  !isDotSegment(name);

const badName = (name: unknown): string =>
  typeof name === 'string' && name.length > LIMITS.nameLength
    ? `the name of a handler ${tooLong(name, LIMITS.nameLength)}`
    : `${JSON.stringify(name)} is no handler name; it must be 1 to ${LIMITS.nameLength} printable characters, and not "." or ".."`;
