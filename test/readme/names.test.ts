/** The documents for maintainers name files, folders, words of the code and commands that exist. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../build.ts';

const DOCUMENTS = ['ARCHITECTURE.md', 'GLOSSARY.md', 'CONTRIBUTING.md'];
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const isPath = (text: string): boolean => /^(src|machines|test|scripts|examples|docs|\.ci)(\/|$)/.test(text);

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(ROOT, path)).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });

it.each(DOCUMENTS)('%s names files and folders that exist', (document) => {
  const text = read(document);
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
  const drawn = [...text.matchAll(/(?:src|machines)\/[\w/.-]*\w/g)].map(([path]) => path);
  const paths = [...quoted.filter(isPath), ...drawn];
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  const links = [...text.matchAll(/\]\(([\w./]+\.md)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('GLOSSARY.md and ARCHITECTURE.md name classes and types that exist', () => {
  const code = [...sources('src'), ...sources('machines')].map(read).join('\n');
  const names = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, name = '']) => name),
  );
  expect(names.length).toBeGreaterThan(4);
  const missing = names.filter((name) => !new RegExp(`(class|interface|type|const) ${name}\\b`).test(code));
  expect(missing).toEqual([]);
});

it('CONTRIBUTING.md names scripts that exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read('CONTRIBUTING.md').matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});
