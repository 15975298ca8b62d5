/** The formats of workflow files: by which endings a file is told, and by which types over HTTP. It loads no parser. */

interface Facts {
  readonly title: string;
  readonly endings: readonly string[];
  /** The first is what Troupe itself says; the others are what tools send. */
  readonly mediaTypes: readonly [string, ...string[]];
}

const FORMATS = {
  yaml: {
    title: 'YAML',
    // JSON is YAML.
    endings: ['yaml', 'yml', 'json'],
    // RFC 9512.
    mediaTypes: ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'],
  },
  markdown: {
    title: 'Markdown',
    endings: ['md', 'markdown'],
    // RFC 7763.
    mediaTypes: ['text/markdown'],
  },
} as const satisfies Record<string, Facts>;

export type FileFormat = keyof typeof FORMATS;
export type SourceType = (typeof FORMATS)[FileFormat]['mediaTypes'][0];

const factsOf = (format: FileFormat): Facts => FORMATS[format];

export const FILE_FORMATS = Object.keys(FORMATS) as readonly FileFormat[];
export const MEDIA_TYPES: readonly string[] = FILE_FORMATS.flatMap((format) => factsOf(format).mediaTypes);

const dotted = (format: FileFormat): string[] => factsOf(format).endings.map((ending) => `.${ending}`);
const endings = FILE_FORMATS.flatMap(dotted);

/** `.yaml, .yml, .json, .md or .markdown`. */
export const ENDINGS_TEXT = `${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}`;
/** `YAML (.yaml, .yml, .json) or Markdown (.md, .markdown)`. */
export const FORMATS_TEXT = FILE_FORMATS.map(
  (format) => `${FORMATS[format].title} (${dotted(format).join(', ')})`,
).join(' or ');

/** By the name's ending; null when it is none of a workflow file. */
export function formatOf(path: string): FileFormat | null {
  const [, ending = ''] = /\.([a-z]+)$/i.exec(path) ?? [];
  return FILE_FORMATS.find((format) => factsOf(format).endings.includes(ending.toLowerCase())) ?? null;
}

export const formatOfMediaType = (type: string): FileFormat | null =>
  FILE_FORMATS.find((format) => factsOf(format).mediaTypes.includes(type)) ?? null;

export const mediaTypeOf = <F extends FileFormat>(format: F): (typeof FORMATS)[F]['mediaTypes'][0] =>
  FORMATS[format].mediaTypes[0];
