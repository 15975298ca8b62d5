/** Words of a heading that look like marks and are none, each with what was probably meant. */

import { MARK, wordsOf } from './heading.ts';

const SIGNS: Readonly<Record<string, RegExp>> = {
  '@': /[＠﹫]/g,
  '#': /[＃﹟♯]/g,
  '!': /[！﹗ǃ]/g,
  '?': /[？﹖]/g,
};
const EMOJI: Readonly<Record<string, RegExp>> = { '!': /[❗❕]\uFE0F?/gu, '?': /[❓❔]\uFE0F?/gu };
/** As nearly all marks are. */
const PLAIN_MARK = /^(?:[@#][\w-]+|!|\?)$/;
const ANY_SIGN = /[@#!?＠﹫＃﹟♯！﹗ǃ？﹖❗❕❓❔]/u;
/** Nobody's mark, and long enough to be slow with. */
const MAX_WORD = 300;

/** With full-width signs and the like made the signs that count. */
const withSigns = (text: string, signs: typeof SIGNS): string =>
  Object.entries(signs).reduce((word, [sign, alike]) => word.replace(alike, sign), text);

/** `isStep`: it has a mark, a flow line or a record, so what is glued to its name was hardly meant as its name. */
export function headingHints(heading: string, isStep: boolean): string[] {
  return wordsOf(heading).flatMap((word, at) => {
    const meant = ANY_SIGN.test(word) && word.length <= MAX_WORD ? meantBy(word, at, isStep) : null;
    return meant === null ? [] : [`"${word}" is no mark as it stands; write ${meant}`];
  });
}

function meantBy(word: string, at: number, isStep: boolean): string | null {
  if (PLAIN_MARK.test(word)) return null;
  const plain = withSigns(word, SIGNS);
  if (plain !== word) {
    const isMark = MARK.test(word) || (MARK.test(plain) && (at > 0 || plain.length > 1));
    // A question may end in a full-width sign; only a step's name hardly does.
    const isGlued = /[!?]$/.test(plain) ? isStep : /[@#]\p{L}/u.test(plain);
    return isMark || isGlued ? spaced(plain) : null;
  }
  if (MARK.test(word)) return /^[@#].*[\p{L}\p{N}][!?,;.:]+$/u.test(word) ? spaced(word) : null;
  const drawn = withSigns(word, EMOJI);
  if (drawn !== word) return isStep && MARK.test(drawn) && at > 0 ? drawn : null;
  if (at > 0 && /^[!?]{2,}$/.test(word)) return '! for a critical step or ? for an optional one';
  const core = word.replace(/^[([{<"'“„]+|[)\]}>"'”,;.:]+$/g, '');
  if (core !== word && /^[@#]\p{L}/u.test(core) && MARK.test(core)) return core;
  const isBefore = isStep ? /^[!?]+\p{L}/u.test(word) : /^[!?]+\p{Lu}/u.test(word);
  if (isBefore || /^[!?@#]+[@#]\p{L}/u.test(word) || /^[@#]\p{L}.*[@#]\p{L}/u.test(word)) return spaced(word);
  const glued = isStep
    ? /^[\p{L}\p{N}][^@#]*[@#]\p{L}[^.]*$/u
    : /^[\p{L}\p{N}][^@]*@\p{L}[\p{L}\p{N}_#-]*[!?]?$/u;
  return glued.test(word) ? spaced(word) : null;
}

/** The marks in a word, each set apart and after the name: `!Charge@billing` is `Charge @billing !`. */
function spaced(word: string): string {
  const [, before = '', rest = ''] = /^([!?]*)(.*)$/su.exec(word) ?? [];
  const [, inner = '', after = ''] = /^(.*?)([!?,;.:]*)$/su.exec(rest) ?? [];
  const parts = inner.replace(/[@#]/g, ' $&').trim().split(/\s+/);
  const signs = new Set([...before, ...after].filter((sign) => sign === '!' || sign === '?'));
  return [...parts, ...signs].filter((part) => part !== '').join(' ');
}
