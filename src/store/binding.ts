/**
 * SQLite is a native part, built for one version of Node. Where it was never built, or for another version, nothing
 * can be said of any store: that is told before a store is asked.
 */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { Refusal } from '../errors.ts';

const PACKAGE = 'better-sqlite3';
const REBUILD = `npm rebuild ${PACKAGE}`;

/** Refuses with BINDING_UNUSABLE. */
export function requireBinding(): void {
  const trouble = bindingTrouble();
  if (trouble === null) return;
  const { problem, advice, cause } = trouble;
  throw new Refusal('BINDING_UNUSABLE', `${problem}: ${advice}`, { cause });
}

interface BindingTrouble {
  readonly problem: string;
  readonly advice: string;
  readonly cause: unknown;
}

/** Why SQLite itself cannot be loaded, or null. A store in memory touches no file that could be at fault. */
export function bindingTrouble(): BindingTrouble | null {
  try {
    new Database(':memory:').close();
    return null;
  } catch (cause) {
    // It was SQLite that said so, which therefore is there.
    if (cause instanceof Database.SqliteError) return null;
    const problem = `the native part of SQLite cannot be loaded: ${reasonOf(cause)}; the store is not at fault`;
    const advice =
      `run "${REBUILD}" in ${installedIn()}; npm 12 and newer run no install scripts unless told so: there, ` +
      `"npm install-scripts approve ${PACKAGE} && ${REBUILD}"`;
    return { problem, advice, cause };
  }
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  // Its message goes on with thirteen places where it looked.
  if (/could not locate the bindings file/i.test(message)) return 'it was not built when it was installed';
  const built = /NODE_MODULE_VERSION (\d+)/.exec(message)?.[1];
  if (built !== undefined && built !== process.versions.modules) {
    return (
      `it was built for another version of Node (NODE_MODULE_VERSION ${built}) than this one, ` +
      `${process.version} (${process.versions.modules})`
    );
  }
  return message.split('\n')[0] ?? message;
}

/** The folder whose node_modules holds it. */
function installedIn(): string {
  const file = createRequire(import.meta.url).resolve(PACKAGE);
  const marker = join('node_modules', PACKAGE);
  const at = file.lastIndexOf(marker);
  return at > 0 ? dirname(file.slice(0, at + 1)) : dirname(file);
}
