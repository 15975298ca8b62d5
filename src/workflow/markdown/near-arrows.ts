/** Signs that look like the arrow of a data flow and are none, and what the line would be with it. */

const RIGHT_SIGNS = '⇒⟶⟹⟼⟾⇨⇢⇾⇉⇛⇝⇥⇰⇶↠↣↦↝↪⤏⤑⤖⤞⤠⥤⇀⇁⟴⮕⭢⮞➔➙➛➜➝➞➟➠➡➢➣➤➥➦➧➨➩➪➫➬➭➮➯➱➲➳➵➸➺➻➼➽➾▶►▸▷▻‣🠂🠆🠊🡒🡢🡪🡺🢂￫';
const LEFT_SIGNS = '←⟵⇐⟸⇦⇠⬅⭠↤↞↢￩';

/** `->` counts itself, so it is here with more around it only: `-->`, `->>`, `- >`, `|>`, `=>`. */
const RIGHT = new RegExp(
  [
    `[${RIGHT_SIGNS}]\\uFE0F?`,
    '→\\uFE0F',
    '[-=~–—−‐‑‒―－＝]{1,9}\\s?[|]?[>＞›»]{1,9}',
    '\\|>',
    '[-=]{1,9}&gt;',
    '&(?:rarr|rArr|xrarr|#8594|#x2192);',
    '\\$?\\\\(?:[Rr]ightarrow|[Ll]ongrightarrow|to)\\$?(?![a-z])',
    ':arrow_(?:right|forward):',
  ].join('|'),
  'gu',
);
const LEFT = new RegExp(`[${LEFT_SIGNS}]\\uFE0F?|<[-–—−]{1,9}(?![>-])`, 'u');

/** The line with `→` for what looks like it, and what that was; null when nothing does. */
export function withArrows(
  line: string,
): { readonly text: string; readonly signs: readonly string[] } | null {
  const signs = [...new Set(line.match(RIGHT) ?? [])].filter((sign) => sign !== '->');
  return signs.length === 0 ? null : { text: line.replace(RIGHT, '→'), signs };
}

/** `label ← payment` turned around, or null. */
export function turned(line: string): { readonly text: string; readonly sign: string } | null {
  const found = LEFT.exec(line);
  if (found === null) return null;
  const [sign] = found;
  return { text: `${line.slice(found.index + sign.length)} → ${line.slice(0, found.index)}`, sign };
}
