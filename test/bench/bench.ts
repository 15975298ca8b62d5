/**
 * `npm run bench`: what a user would compare, on a store with full durability. Without flags the main figures, in less
 * than a minute; `-- --all` all of them, `-- --http --kill` those sections. Each runs in a process of its own.
 */

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { pictureOf } from './picture.ts';
import { linesOf, type Result, runSection, type Sizes, scriptOf } from './section.ts';
import { SECTIONS, type Section } from './sections.ts';

const sizeNames = [...new Set(SECTIONS.flatMap(({ sizes }) => sizes.flatMap(Object.keys)))];
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    all: { type: 'boolean' },
    json: { type: 'string' },
    svg: { type: 'string' },
    ...Object.fromEntries(SECTIONS.map(({ name }) => [name, { type: 'boolean' as const }])),
    ...Object.fromEntries(sizeNames.map((name) => [name, { type: 'string' as const }])),
    orders: { type: 'string', short: 'n' },
  },
});
const flags: Readonly<Record<string, string | boolean | undefined>> = values;

const HELP = `npm run bench -- [sections] [sizes] [--json FILE] [--svg FILE]
Sections, * those that run when none is named; --all runs every one:
${SECTIONS.map(({ name, isMain, about }) => `  --${name.padEnd(12)}${isMain ? '*' : ' '} ${about}`).join('\n')}
Sizes, instead of a section's own: ${sizeNames.map((name) => `--${name} N`).join(', ')}`;

/** With the sizes given as flags instead of its own; sizes that are the same then are one run. */
function runsOf(section: Section): Sizes[] {
  const isAsked = flags['all'] === true || flags[section.name] === true;
  const sizes = isAsked ? section.sizes : section.sizes.slice(0, 1);
  const given = sizes.map((own) =>
    Object.fromEntries(Object.entries(own).map(([name, size]) => [name, Number(flags[name] ?? size)])),
  );
  const isGiven = Object.keys(section.sizes[0]).some((name) => flags[name] !== undefined);
  return isGiven ? given.slice(0, 1) : given;
}

async function resultOf(section: Section, sizes: Sizes): Promise<Result> {
  const run = { section: section.name, sizes };
  try {
    return { ...run, figures: await runSection(scriptOf(section.name), sizes) };
  } catch (error) {
    process.exitCode = 1;
    return { ...run, error: error instanceof Error ? error.message : String(error) };
  }
}

if (values.help) {
  console.log(HELP);
  process.exit();
}
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, synchronous=FULL`);
const named = SECTIONS.filter(({ name }) => flags['all'] === true || flags[name] === true);
const selected = named.length > 0 ? named : SECTIONS.filter(({ isMain }) => isMain);
const results: Result[] = [];
for (const section of selected) {
  for (const sizes of runsOf(section)) {
    const result = await resultOf(section, sizes);
    results.push(result);
    const lines = 'figures' in result ? linesOf(result.figures) : [`failed: ${result.error}`];
    console.log([`\n${section.name}: ${section.about}`, ...lines].join('\n'));
  }
}
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
if (values.svg !== undefined) writeFileSync(values.svg, pictureOf(machine, results));
