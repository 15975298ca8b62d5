/** What a reader sees of a line of Markdown: names may be bold, code or links without being other names. */

export const plainText = (markdown: string): string => unescaped(withoutMarkup(markdown)).trim();

export function withoutMarkup(markdown: string): string {
  return markdown.replace(/\[([^\][]*)\]\([^()]*\)/g, '$1').replace(/(?<!\\)(?:\*+|`+)/g, '');
}

/** `\!` stands for a mere `!`. */
export const unescaped = (markdown: string): string => markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');

/** Both forms, `→` and `->`. */
export const ARROW = /→|->/;
