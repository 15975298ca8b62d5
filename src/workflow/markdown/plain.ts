/** What a reader sees of a line of Markdown: names may be bold, code or links without being other names. */

export function plainText(markdown: string): string {
  return markdown
    .replace(/\[([^\][]*)\]\([^()]*\)/g, '$1')
    .replace(/(?<!\\)(?:\*+|`+)/g, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .trim();
}

/** Both forms, `→` and `->`. */
export const ARROW = /→|->/;
