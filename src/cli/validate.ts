/** `troupe validate`: every problem of every workflow file, in the form editors jump to. */

import type { Command } from 'commander';
import type { FileFault } from '../workflow/file.ts';
import { FORMATS_TEXT } from '../workflow/file-format.ts';
import { colorsFor, plain, print, printJson, say } from './output.ts';

interface ValidateOptions {
  readonly env?: string;
  readonly json?: boolean;
}

export function addValidate(program: Command): void {
  program
    .command('validate')
    .description('Check workflow files: every problem of each, as path:line:column: message')
    .argument('<file...>', FORMATS_TEXT)
    .option('--env <name>', 'check with this environment merged over the steps (default: TROUPE_ENV)')
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', '\nExits 1 if a file has a problem; warnings alone are none.')
    .action(validate);
}

async function validate(paths: readonly string[], { env, json }: ValidateOptions): Promise<void> {
  // Not above: the other commands start sooner without it.
  const { readWorkflowFile } = await import('./workflow-file.ts');
  // As a server that is started here would be.
  const isKeyed = (process.env.TROUPE_API_KEYS ?? '') !== '';
  const files = paths.map((path) => {
    const { definition, faults, warnings } = readWorkflowFile(path, env, { isKeyed });
    const { name = null, version = null, steps } = definition ?? {};
    return { path, name, version, stepCount: steps?.length ?? null, faults, warnings };
  });
  if (json === true) printJson({ files });
  else files.forEach(printProblems);

  const count = (of: readonly (readonly FileFault[])[]) => of.reduce((sum, list) => sum + list.length, 0);
  const faults = count(files.map((file) => file.faults));
  const warnings = count(files.map((file) => file.warnings));
  const { green, red } = colorsFor(process.stderr);
  const verdict = faults === 0 ? green('ok') : red(plural(faults, 'problem'));
  const aside = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`;
  say(`${plural(files.length, 'file')}: ${verdict}${aside}`);
  if (faults > 0) process.exitCode = 1;
}

interface Checked {
  readonly path: string;
  readonly faults: readonly FileFault[];
  readonly warnings: readonly FileFault[];
}

function printProblems({ path, faults, warnings }: Checked): void {
  const colors = colorsFor(process.stdout);
  const lines = [
    ...faults.map((fault) => ({ ...fault, mark: '' })),
    ...warnings.map((warning) => ({ ...warning, mark: `${colors.yellow('warning:')} ` })),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
  for (const line of lines) {
    print(`${colors.bold(`${plain(path)}:${line.line}:${line.column}:`)} ${line.mark}${plain(line.message)}`);
  }
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
