/** Reduces Markdown to the text a reader sees: names may be bold, code or links without being other names. */

export const plainText = (markdown: string): string => unescaped(withoutMarkup(markdown)).trim();

export function withoutMarkup(markdown: string): string {
  return markdown.replace(/\[([^\][]*)\]\([^()]*\)/g, '$1').replace(/(?<!\\)(?:\*+|`+)/g, '');
}

const INLINE_TAG =
  /<\/?(?:a|b|br|code|del|em|i|img|ins|kbd|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?\/?>/gi;
const EMPHASIS = /(?<![\p{L}\p{N}_~\\])(_{1,3}|~~)(?=[^\s_~])(.{0,300}?[^\s_~\\])\1(?![\p{L}\p{N}_~])/gu;

/** Also without inline HTML, and without emphasis by `_` and `~~`, which names in flow lines may begin with. */
export function withoutHeadingMarkup(markdown: string): string {
  const pieces = markdown.split(/(`+[^`]*`+)/);
  const visible = pieces.map((piece, at) => (at % 2 === 1 ? piece : withoutEmphasis(piece)));
  return withoutMarkup(visible.join(''));
}

function withoutEmphasis(text: string): string {
  const inner = text.replace(INLINE_TAG, '').replace(/!(?=\[[^\][]*\]\()/g, '');
  // One emphasis may stand in another: `_**a** ~~b~~_`.
  return inner.replace(EMPHASIS, '$2').replace(EMPHASIS, '$2');
}

/** Returns the heading as a reader sees it. */
export const headingText = (markdown: string): string => unescaped(withoutHeadingMarkup(markdown)).trim();

/** `\!` stands for a mere `!`. */
export const unescaped = (markdown: string): string => markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');

/** Both forms, `→` and `->`. */
export const ARROW = /→|->/;
