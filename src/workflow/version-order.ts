/**
 * Which of two versions is the newer one: a total order. Versions made of numbers are compared as semver.org says,
 * with any number of parts and an optional `v` (`2`, `1.4`, `v1.10.0-rc.2+build7`); a prerelease is below its release.
 * All others are below those, compared part by part, so that `draft` never hides 1.0.0.
 */

interface Numbered {
  readonly release: readonly string[];
  readonly prerelease: readonly string[] | null;
}

const NUMBERED = /^v?(\d+(?:\.\d+)*)(?:-([0-9a-z-]+(?:\.[0-9a-z-]+)*))?(?:\+[0-9a-z.-]+)?$/i;

/** Below 0: `a` is the older one. 0 only for the same text. */
export function compareVersions(a: string, b: string): number {
  return byPrecedence(numberedOf(a), numberedOf(b)) || byParts(a, b) || byText(a, b);
}

function numberedOf(version: string): Numbered | null {
  const [, release, prerelease] = NUMBERED.exec(version) ?? [];
  if (release === undefined) return null;
  return { release: release.split('.'), prerelease: prerelease?.split('.') ?? null };
}

function byPrecedence(a: Numbered | null, b: Numbered | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  for (let at = 0; at < Math.max(a.release.length, b.release.length); at++) {
    const order = byNumber(a.release[at] ?? '0', b.release[at] ?? '0');
    if (order !== 0) return order;
  }
  return byPrerelease(a.prerelease, b.prerelease);
}

/** Numbers are below words, and of two that begin alike the longer one is the newer. */
function byPrerelease(a: Numbered['prerelease'], b: Numbered['prerelease']): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  for (const [at, part] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const order = (isNumber(other) ? 1 : 0) - (isNumber(part) ? 1 : 0) || byPart(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Runs of digits as numbers, what is between them as text. */
function byParts(a: string, b: string): number {
  const parts = a.match(/\d+|\D+/g) ?? [];
  const others = b.match(/\d+|\D+/g) ?? [];
  for (const [at, part] of parts.entries()) {
    const other = others[at];
    if (other === undefined) return 1;
    const order = byPart(part, other);
    if (order !== 0) return order;
  }
  return parts.length - others.length;
}

const byPart = (a: string, b: string): number => (isNumber(a) && isNumber(b) ? byNumber(a, b) : byText(a, b));

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** Compares digits of any length. */
function byNumber(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  return left.length - right.length || byText(left, right);
}

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
