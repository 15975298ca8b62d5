/**
 * Identifies a workflow by its namespace and its name, written `namespace/name`. A bare name means the workflow of the default
 * namespace, or else the only one of that name.
 */

import { nameKey } from './name-key.ts';

export interface Identity {
  readonly namespace: string;
  readonly name: string;
}

export const DEFAULT_NAMESPACE = 'default';

export const fullName = ({ namespace, name }: Identity): string => `${namespace}/${name}`;

/** The shortest text that always means this one: a bare name in the default namespace. */
export const shortName = (identity: Identity): string =>
  // Releases before this one took names with a slash, which could be read as another's full name.
  identity.namespace === DEFAULT_NAMESPACE && !identity.name.includes('/')
    ? identity.name
    : fullName(identity);

/** Names a task where readers must be able to tell it from others. */
export const taskName = ({
  name,
  workflow,
}: {
  readonly name: string;
  readonly workflow: Identity | null;
}): string => (workflow === null ? name : shortName(workflow));

/** Returns the meanings of a reference: none, one, or several of one name outside the default namespace. */
export function meantBy<T extends Identity>(reference: string, known: readonly T[]): T[] {
  const sought = nameKey(reference);
  const exact = known.filter((each) => nameKey(fullName(each)) === sought);
  // The first slash parts `a/b/c`; only names of earlier releases hold another.
  const [full] = exact.sort((a, b) => a.namespace.length - b.namespace.length);
  if (full !== undefined) return [full];
  const named = known.filter(({ name }) => nameKey(name) === sought);
  const own = named.find(({ namespace }) => namespace === DEFAULT_NAMESPACE);
  return own === undefined ? named : [own];
}

/** A new workflow or namespace must not contain the slash that parts the two. */
export const SLASH_FAULT = 'must not contain "/", which stands between a namespace and a name';
