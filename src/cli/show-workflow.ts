/** `troupe workflows show`: a workflow in words, of a server or of a file. */

import { durationText } from '../workflow/duration.ts';
import { fullName, shortName } from '../workflow/identity.ts';
import type { Client } from './client.ts';
import { type OutlinedStep, outline } from './outline.ts';
import { colorsFor, plain, print, printJson } from './output.ts';
import { widthOf } from './table.ts';

interface Shown {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly deadlineMs?: number | undefined;
  readonly steps: readonly OutlinedStep[];
}

export async function showWorkflow(
  client: Client,
  name: string,
  { version, json }: { readonly version?: string | undefined; readonly json?: true },
): Promise<void> {
  const workflow = await client.workflow(name, version);
  if (json) return printJson(workflow);
  const full = fullName(workflow);
  const [{ workflows }, current] = await Promise.all([client.workflows(), client.currentWorkflow(full)]);
  const versions = workflows
    .filter((each) => fullName(each) === full)
    .map((each) => plain(each.version) + (each.current ? ' (current)' : ''));
  const [choice] = current.setByHand ? current.choices : [];
  const by = choice === undefined ? '' : `; set by ${plain(choice.by)} at ${plain(choice.at)}`;
  const why = choice === undefined || choice.reason === null ? '' : `: ${plain(choice.reason)}`;
  print(textOf(workflow, [`versions: ${versions.join(', ')}${by}${why}`]));
}

export async function showFile(path: string, { json }: { readonly json?: true }): Promise<void> {
  // Not above: only files need them.
  const { readWorkflow } = await import('./run/workflow.ts');
  const { workflow, source } = readWorkflow(path, undefined);
  const { definition, hash } = workflow;
  if (json)
    printJson({ ...definition, hash, stepCount: definition.steps.length, sourceFormat: source.format });
  else print(textOf(definition, [`file: ${plain(path)}`]));
}

function textOf(
  { description, steps, version, deadlineMs, ...identity }: Shown,
  facts: readonly string[],
): string {
  const colors = colorsFor(process.stdout);
  return [
    `${colors.bold(plain(shortName(identity)))} ${plain(version)}`,
    ...(description === '' ? [] : [plain(description)]),
    ...facts,
    ...(deadlineMs === undefined ? [] : [`deadline: ${durationText(deadlineMs)} for a task`]),
    '',
    outline(steps, colors, widthOf(process.stdout)),
  ].join('\n');
}
