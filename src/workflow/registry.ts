/** The workflows this process knows, by who they are and by hash; a version never changes once registered. */

import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors.ts';
import { isBuiltIn, RESERVED } from './built-in.ts';
import { compileWorkflow, singleStepWorkflow } from './compile.ts';
import type { CompiledWorkflow, WorkflowDefinition } from './definition.ts';
import { fullName, type Identity, meantBy, shortName } from './identity.ts';
import { nameKey } from './name-key.ts';
import { assertRunnable } from './runnable.ts';
import { compareVersions } from './version-order.ts';

const SINGLE = 'handler:';

/** All versions of one workflow. */
interface Family extends Identity {
  /** The newest last. */
  readonly versions: CompiledWorkflow[];
  /** Set by hand as what a task gets that names none; null: the newest. */
  chosen: string | null;
}

export class WorkflowRegistry {
  readonly #byHash = new Map<string, CompiledWorkflow>();
  readonly #families = new Map<string, Family>();
  /** By each text that may mean them: the full name and the bare one. */
  readonly #byReference = new Map<string, Family[]>();
  readonly #singles = new LRUCache<string, CompiledWorkflow>({ max: 1_000 });

  add(workflow: CompiledWorkflow): void {
    this.#byHash.set(workflow.hash, workflow);
    const { versions } = this.#familyOf(workflow.definition);
    versions.push(workflow);
    versions.sort((a, b) => compareVersions(a.definition.version, b.definition.version));
  }

  /** Null: the newest again. Of a workflow that is not there, nothing is kept. */
  choose(identity: Identity, version: string | null): void {
    const family = this.#families.get(keyOf(identity));
    if (family !== undefined) family.chosen = version;
  }

  #familyOf(identity: Identity): Family {
    const key = keyOf(identity);
    const known = this.#families.get(key);
    if (known !== undefined) return known;
    const { namespace, name } = identity;
    const family: Family = { namespace, name, versions: [], chosen: null };
    this.#families.set(key, family);
    for (const reference of new Set([name, fullName(identity)].map(nameKey)))
      this.#byReference.set(reference, [...(this.#byReference.get(reference) ?? []), family]);
    return family;
  }

  /** Returns what registering would do: the compiled workflow, and whether it is new. Refuses a changed version. */
  check(definition: WorkflowDefinition): { workflow: CompiledWorkflow; isNew: boolean } {
    const workflow = compileWorkflow(definition);
    const known = this.versionOf(definition, definition.version);
    if (known !== null && known.hash !== workflow.hash) {
      throw versionConflict(definition);
    }
    if (known === null) assertRunnable(definition, { isNewName: !this.#families.has(keyOf(definition)) });
    return { workflow: known ?? workflow, isNew: known === null };
  }

  /** The given version of exactly this workflow. */
  versionOf(identity: Identity, version: string): CompiledWorkflow | null {
    const family = this.#families.get(keyOf(identity));
    return family === undefined ? null : pick(family, version);
  }

  /**
   * The given version, or the current one, of the workflow that is meant by `namespace/name` or a bare name. Refuses a
   * bare name that means several with AMBIGUOUS_WORKFLOW.
   */
  find(reference: string, version: string | null = null): CompiledWorkflow | null {
    const family = this.#meant(reference);
    return family === null ? null : pick(family, version);
  }

  /** Refuses as `find` does. */
  identityOf(reference: string): Identity | null {
    return this.#meant(reference);
  }

  #meant(reference: string): Family | null {
    const known = this.#byReference.get(nameKey(reference));
    if (known === undefined) return null;
    const families = known.length === 1 ? known : meantBy(reference, known);
    if (families.length === 1) return families[0] ?? null;
    const names = families.map(fullName).sort();
    throw new Refusal(
      'AMBIGUOUS_WORKFLOW',
      `several workflows are called ${reference}: ${names.join(', ')}. Say which one, with its namespace`,
      { faults: [{ pointer: '/name', message: `means ${names.join(' or ')}; say which one` }] },
    );
  }

  /** By namespace, name and version, the newest last. */
  list(): CompiledWorkflow[] {
    return [...this.#families.values()]
      .sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name))
      .flatMap(({ versions }) => versions);
  }

  /** Tells whether a task that names no version gets this one. */
  isCurrent({ definition, hash }: CompiledWorkflow): boolean {
    const family = this.#families.get(keyOf(definition));
    return family !== undefined && pick(family, null)?.hash === hash;
  }

  /** Each text that means this workflow now, the shortest that always will first. */
  namesOf({ definition }: CompiledWorkflow): string[] {
    const { name } = definition;
    const key = keyOf(definition);
    return [...new Set([shortName(definition), fullName(definition), name])].filter((reference) => {
      const [only, ...others] = meantBy(reference, this.#byReference.get(nameKey(reference)) ?? []);
      return only !== undefined && others.length === 0 && keyOf(only) === key;
    });
  }

  /** The key a task is stored with, from which `open` finds its workflow again. */
  keyOf(reference: string, version: string | null): string {
    const family = this.#meant(reference);
    const workflow = family === null ? null : pick(family, version);
    if (workflow !== null) return workflow.hash;
    if (isBuiltIn(reference)) {
      const faults = [{ pointer: '/name', message: RESERVED }];
      throw new Refusal('RESERVED_NAME', `"${reference}": ${RESERVED}`, { faults });
    }
    if (version === null && family === null) return SINGLE + reference;
    throw unknownVersion(reference, version ?? family?.chosen ?? '', '/workflowVersion');
  }

  /** The key of a task that is this one handler, whatever workflows are called so. */
  keyOfHandler(handler: string): string {
    return SINGLE + handler;
  }

  open(key: string): CompiledWorkflow | null {
    if (!isSingle(key)) return this.#byHash.get(key) ?? null;
    const handler = key.slice(SINGLE.length);
    const known = this.#singles.get(handler);
    if (known !== undefined) return known;
    const workflow = singleStepWorkflow(handler);
    this.#singles.set(handler, workflow);
    return workflow;
  }
}

/** Tells whether the task is one handler and has no workflow of its own. */
export const isSingle = (key: string): boolean => key.startsWith(SINGLE);

export const unknownVersion = (reference: string, version: string, pointer: string): Refusal =>
  new Refusal('UNKNOWN_WORKFLOW_VERSION', `there is no version ${version} of workflow ${reference}`, {
    faults: [{ pointer, message: `no such version of ${reference}` }],
  });

const keyOf = ({ namespace, name }: Identity): string => JSON.stringify([nameKey(namespace), nameKey(name)]);

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function pick({ versions, chosen }: Family, version: string | null): CompiledWorkflow | null {
  const wanted = version ?? chosen;
  if (wanted === null) return versions.at(-1) ?? null;
  return versions.find(({ definition }) => definition.version === wanted) ?? null;
}

export const versionConflict = (definition: WorkflowDefinition): Refusal =>
  new Refusal(
    'VERSION_CONFLICT',
    `${shortName(definition)} ${definition.version} is registered with other content: give the changed one a new version`,
  );
