/** Holds the words of comments: each opens as a sentence, with its subject first. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

/** A comment that opens with one of these has its clauses turned round, and is read twice. */
const OPENING = String.raw`(?:of|what|those|whether|who|whose|whom)\b`;
const INVERTED = new RegExp(`^${OPENING}`, 'i');
/** Finds files that may have such a comment, so that only these are parsed. */
const SUSPICIOUS = new RegExp(String.raw`/[/*][/*\s]*${OPENING}`, 'i');

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** Returns the ranges of all comments, in their order. */
function rangesOf(source: ts.SourceFile): ts.CommentRange[] {
  const { text } = source;
  const ranges = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source).filter((child) => !ts.isJSDoc(child));
    children.forEach(visit);
    if (children.length > 0 || node.kind === ts.SyntaxKind.JsxText) return;
    const around = [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const range of around) ranges.set(range.pos, range);
  };
  visit(source);
  return [...ranges.values()].sort((a, b) => a.pos - b.pos);
}

/** Returns the comments with their lines; lines of `//` below each other are one comment. */
function commentsOf(path: string, text: string): { line: number; words: string }[] {
  const language = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, language);
  const begins = source.getLineStarts();
  let lineAfter = -1;
  return rangesOf(source).flatMap(({ pos, end, kind }) => {
    const { line } = source.getLineAndCharacterOfPosition(pos);
    const isAlone = text.slice(begins[line], pos).trim() === '';
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia && isAlone;
    const goesOn = isLine && line === lineAfter;
    lineAfter = isLine ? line + 1 : -1;
    return goesOn ? [] : [{ line: line + 1, words: text.slice(pos, end).replace(/^[/*\s]+/, '') }];
  });
}

const invertedIn = (path: string, text: string): string[] =>
  SUSPICIOUS.test(text)
    ? commentsOf(path, text)
        .filter(({ words }) => INVERTED.test(words))
        .map(({ line, words }) => `${path}:${line} ${words.split('\n', 1)[0]}`)
    : [];

it('finds a clause that is turned round in comments of each kind, and in no text', () => {
  const text = [
    '/** Of a task. */',
    "const a = '/** Of no comment. */';",
    '// A sentence that goes on with',
    '// what follows.',
    'const b = 1; // whose',
    '/**',
    ' * Whether it is. */',
  ].join('\n');
  expect(invertedIn('a.ts', text)).toEqual([
    'a.ts:1 Of a task. */',
    'a.ts:5 whose',
    'a.ts:6 Whether it is. */',
  ]);
});

it('no comment opens with a clause that is turned round', () => {
  const paths = ['machines', 'src', 'scripts', 'test'].flatMap(files);
  expect(paths.flatMap((path) => invertedIn(path, readFileSync(path, 'utf8')))).toEqual([]);
});
