/** Finds the handler that was probably meant by a name which nobody serves. */

/** Says so in words; null where no name is like it: by case, by `_`, `-` or a space, or but for one letter. */
export function meantHandler(name: string, served: Iterable<string>): string | null {
  const [lower, folded] = [name.toLowerCase(), fold(name)];
  let meant: string | null = null;
  for (const each of served) {
    if (each.toLowerCase() === lower)
      return `a handler "${each}" is served; did you mean it? names are told apart by case`;
    if (Math.abs(each.length - name.length) > MOST_ADDED) continue;
    const other = fold(each);
    if (other === folded || (meant === null && isOneLetterOff(folded, other))) meant = each;
  }
  return meant === null
    ? null
    : `a handler "${meant}" is served; did you mean it? names are compared to the letter`;
}

/** More separators than these are not put into a name by mistake. */
const MOST_ADDED = 20;

const fold = (name: string): string => name.toLowerCase().replace(/[_\-\s]/g, '');

/** One is added, left out or another; where digits count on, as in `step1` and `step2`, both are meant. */
function isOneLetterOff(a: string, b: string): boolean {
  const least = Math.min(a.length, b.length);
  if (least < SHORTEST || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < least && a[start] === b[start]) start++;
  let end = 0;
  while (end < least - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const rest = [a, b].map((name) => name.slice(start, name.length - end));
  return rest.every((left) => left.length <= 1 && !/\d/.test(left));
}

/** Shorter names are alike by chance. */
const SHORTEST = 3;
