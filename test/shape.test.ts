/** The shape of the code, held: small files and small functions. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const MOST_LINES = { file: 300, function: 70 } as const;

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

const sources = [...files('machines'), ...files('src')].map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

it('no file has more than 300 lines', () => {
  const long = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > MOST_LINES.file);
  expect(long).toEqual([]);
});

it('no function has more than 70 lines', () => {
  const long = sources.flatMap(({ path, text }) => {
    const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node)) {
        const [from, to] = [node.getStart(source), node.end].map(
          (at) => source.getLineAndCharacterOfPosition(at).line,
        );
        const lines = (to ?? 0) - (from ?? 0) + 1;
        if (lines > MOST_LINES.function) found.push(`${path}:${(from ?? 0) + 1} ${lines}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
  expect(long).toEqual([]);
});
