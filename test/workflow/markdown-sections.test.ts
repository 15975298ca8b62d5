import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, test } from 'vitest';
import { sectionsOf } from '../../src/workflow/markdown/sections.ts';

const runbook = readFileSync(new URL('fixtures/order-processing.md', import.meta.url), 'utf8');
const textOf = (document: string) =>
  sectionsOf(document).map(({ heading, lines }) => [heading, ...lines.map(({ text }) => text)]);

describe('the sections of a document', () => {
  test('are its headings, each with depth and place, up to the next one', () => {
    const document = 'before\n\n# One\ntext\n\n### Two ##\n';
    const [one, two] = sectionsOf(document);
    expect(one).toMatchObject({ heading: 'One', depth: 1, line: 3, column: 1, start: 8 });
    expect(two).toMatchObject({ heading: 'Two', depth: 3, line: 6, end: document.length });
    expect(document.slice(one?.start, one?.end)).toBe('# One\ntext\n\n');
  });

  test('have nothing of code, quotes, tables, HTML and comments among their lines', () => {
    const document = [
      '# T',
      'plain <!-- a → b --> text',
      '> quoted',
      '',
      '```js',
      '# no heading',
      '```',
      '    indented code',
      '',
      'a | b',
      '--|--',
      '1 | 2',
      '',
      '<!-- a comment',
      '',
      '## over lines -->',
      '<details>',
      'hidden',
      '',
      '- item',
      '  ~~~',
      '  in item',
      '  ~~~',
      '1. other',
    ].join('\n');
    expect(textOf(document)).toEqual([['T', `plain ${' '.repeat(14)} text`, 'item', 'other']]);
  });

  test('give the content of code blocks by offset, as it stands', () => {
    const document =
      '# T\r\n```session-toon extra\r\n a\r\n\r\n```\r\n\r\n- x\r\n  ~~~~\r\n  ~~~\r\n  ~~~~\r\n```\r\nopen';
    const [section] = sectionsOf(document);
    const blocks = section?.blocks.map(({ start, end, ...block }) => ({
      ...block,
      text: document.slice(start, end),
    }));
    expect(blocks).toEqual([
      { lang: 'session-toon', line: 2, indent: '', closed: true, text: ' a\r\n\r\n' },
      { lang: '', line: 8, indent: '  ', closed: true, text: '  ~~~\r\n' },
      { lang: '', line: 11, indent: '', closed: false, text: 'open' },
    ]);
  });

  test('say where to append: after the last line that is not blank and no rule', () => {
    const document = '# One\ntext  \n\n---\n\n# Two\n```\n---\n```\n# Three';
    const ends = sectionsOf(document).map(({ start, contentEnd }) => document.slice(start, contentEnd));
    expect(ends).toEqual(['# One\ntext  ', '# Two\n```\n---\n```', '# Three']);
  });

  test('of a whole runbook cover it from its first heading to its end', () => {
    const sections = sectionsOf(runbook);
    expect(sections.map(({ start, end }) => runbook.slice(start, end)).join('')).toBe(runbook);
    expect(sections.map(({ blocks }) => blocks.length)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 0]);
  });

  test('are the same with any line break and behind a byte order mark', () => {
    for (const lineBreak of ['\r\n', '\r']) {
      expect(textOf(`\uFEFF${runbook.replaceAll('\n', lineBreak)}`)).toEqual(textOf(runbook));
    }
  });

  test('are those that a CommonMark parser finds', () => {
    const line = fc.constantFrom(
      ...[
        '# One',
        '## Two @a !',
        '####### seven',
        '#none',
        '  ### Three ##',
        '    # code',
        '- item',
        '  more',
        '1. one',
      ],
      ...[
        '   # in item',
        '```',
        '```js',
        '~~~',
        '  ```',
        '````',
        '> quote',
        '> # quoted',
        '> ```',
        '---',
        '***',
        'text',
      ],
      ...[
        '',
        '',
        '',
        '\t# tab',
        '<!-- # x',
        '-->',
        '<!-- x -->',
        '<details>',
        '</details>',
        '    text',
        '- ```',
        '* # h',
      ],
    );
    const source = fc.array(line, { maxLength: 14 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(source, (text) => {
        const document = `begin\n${text}`;
        expect(ourOutline(document)).toEqual(theirOutline(document));
      }),
      { numRuns: 3_000 },
    );
  });
});

const ourOutline = (document: string) =>
  sectionsOf(document).map(({ heading, depth, line, blocks }) => ({
    heading,
    depth,
    line,
    code: blocks.map((block) => `${block.lang} ${block.line}`),
  }));

/** Underlined headings aside, which a runbook does not have: `---` under text is a rule. */
function theirOutline(document: string) {
  const tree = fromMarkdown(document, { extensions: [{ disable: { null: ['setextUnderline'] } }] });
  const sections: { heading: string; depth: number; line: number; code: string[] }[] = [];
  const visit = (node: Root | Root['children'][number], isTop: boolean): void => {
    const line = node.position?.start.line ?? 0;
    if (node.type === 'heading' && isTop) {
      const text = node.children.map((child) => ('value' in child ? child.value : '')).join('');
      sections.push({ heading: text, depth: node.depth, line, code: [] });
    } else if (node.type === 'code') {
      const opening = document.split('\n')[line - 1] ?? '';
      if (/[`~]{3}/.test(opening)) sections.at(-1)?.code.push(`${node.lang ?? ''} ${line}`);
    } else if ('children' in node && node.type !== 'blockquote') {
      for (const child of node.children) visit(child as Root['children'][number], node.type === 'root');
    }
  };
  visit(tree, true);
  return sections;
}
