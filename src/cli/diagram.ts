/** `troupe diagram`: the steps of a workflow file, or of a task and where each stands, drawn or as text to draw from. */

import { type Command, Option } from 'commander';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import { FORMATS_TEXT, formatOf } from '../workflow/file-format.ts';
import { addServerOptions, Client, type ServerOptions, taskPath } from './client.ts';
import { Failure } from './failure.ts';
import { type OutlinedStep, outline } from './outline.ts';
import { colorsFor, print } from './output.ts';
import { widthOf } from './table.ts';

const FORMATS = ['text', 'mermaid', 'dot', 'svg'] as const;
type Format = (typeof FORMATS)[number];

interface DiagramOptions extends ServerOptions {
  /** text on a terminal, mermaid elsewhere. */
  readonly format?: Format;
  readonly env?: string;
}

export function addDiagram(program: Command): void {
  const command = program
    .command('diagram')
    .argument('<file-or-task>', `a workflow file, ${FORMATS_TEXT}, or the id of a task on a server`)
    .summary('draw a workflow file, or a task as it stands')
    .description('Prints the steps as a graph; of a task, coloured by their states.')
    .addOption(
      new Option(
        '--format <format>',
        'the language: text on a terminal, mermaid elsewhere, unless given',
      ).choices(FORMATS),
    )
    .option('--env <name>', 'of a file: which of its environments counts (TROUPE_ENV)');
  addServerOptions(command).action(diagram);
}

async function diagram(subject: string, options: DiagramOptions): Promise<void> {
  const { format = process.stdout.isTTY ? 'text' : 'mermaid', env } = options;
  if (formatOf(subject) !== null) {
    // Not above: most commands start sooner without it.
    const { readWorkflow } = await import('./run/workflow.ts');
    const { workflow } = readWorkflow(subject, env);
    if (format === 'text') printOutlines(stepsOf(workflow));
    else process.stdout.write(await drawn(workflow, format));
    return;
  }
  if (/[/\\.]/.test(subject)) {
    throw new Failure(`${subject} is neither a workflow file, ${FORMATS_TEXT}, nor the id of a task`, {
      exitCode: 2,
    });
  }
  const client = new Client(options);
  if (format === 'text') {
    printOutlines((await client.task(taskPath(subject))).task.steps);
    return;
  }
  const response = await client.request(`${taskPath(subject)}/diagram?format=${format}`, {
    headers: { Accept: 'text/plain, image/svg+xml' },
  });
  process.stdout.write(await response.text());
}

/** A step of a workflow, or of a task. */
type Step = OutlinedStep & { readonly compensates?: string | undefined };

/** Compensations have an outline of their own: they run in rows too, once the others have ended. */
function printOutlines(steps: readonly Step[]): void {
  const draw = (some: readonly Step[]): void =>
    print(outline(some, colorsFor(process.stdout), widthOf(process.stdout)));
  draw(steps.filter(({ compensates }) => compensates === undefined));
  const compensations = steps.filter(({ compensates }) => compensates !== undefined);
  if (compensations.length === 0) return;
  print('\nCompensations take back what it has done:');
  draw(compensations);
}

const stepsOf = ({ steps, dependencies }: CompiledWorkflow): Step[] =>
  steps.map(({ name, critical, optional, failuresAs, compensates }, index) => ({
    name,
    critical,
    optional,
    onFailure: failuresAs !== undefined,
    dependsOn: (dependencies[index] ?? []).flatMap((on) => steps[on]?.name ?? []),
    ...(compensates === undefined ? {} : { compensates }),
  }));

async function drawn(workflow: CompiledWorkflow, format: Exclude<Format, 'text'>): Promise<string> {
  if (format !== 'svg') {
    const { workflowDiagram } = await import('../diagrams/workflow-diagram.ts');
    return workflowDiagram(workflow, format);
  }
  const [{ drawings }, { workflowSvg }] = await Promise.all([
    import('../diagrams/drawings.ts'),
    import('../diagrams/svg.ts'),
  ]);
  return workflowSvg(await drawings.workflows.of(workflow));
}
