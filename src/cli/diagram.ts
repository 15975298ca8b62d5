/** `troupe diagram`: the steps of a workflow file, or of a task and where each stands, drawn or as text to draw from. */

import { type Command, Option } from 'commander';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import { addServerOptions, Client, type ServerOptions, taskPath } from './client.ts';
import { Failure } from './failure.ts';

interface DiagramOptions extends ServerOptions {
  readonly format: 'mermaid' | 'dot' | 'svg';
  readonly env?: string;
}

export function addDiagram(program: Command): void {
  const command = program
    .command('diagram')
    .argument('<file-or-task>', 'a workflow file (.md, .yaml, .yml, .json), or the id of a task on a server')
    .summary('draw a workflow file, or a task as it stands')
    .description('Prints the steps as a graph; of a task, coloured by their states.')
    .addOption(
      new Option('--format <format>', 'the language').choices(['mermaid', 'dot', 'svg']).default('mermaid'),
    )
    .option('--env <name>', 'of a file: which of its environments counts (TROUPE_ENV)');
  addServerOptions(command).action(diagram);
}

async function diagram(subject: string, options: DiagramOptions): Promise<void> {
  const { format, env } = options;
  // Not above: most commands start sooner without them.
  const { formatOf } = await import('../workflow/file.ts');
  if (formatOf(subject) !== null) {
    const { readWorkflow } = await import('./run/workflow.ts');
    process.stdout.write(await drawn(readWorkflow(subject, env).workflow, format));
    return;
  }
  if (/[/\\.]/.test(subject)) {
    throw new Failure(
      `${subject} is neither a workflow file (.md, .yaml, .yml, .json) nor the id of a task`,
      {
        exitCode: 2,
      },
    );
  }
  const client = new Client(options);
  const response = await client.request(`${taskPath(subject)}/diagram?format=${format}`, {
    headers: { Accept: 'text/plain, image/svg+xml' },
  });
  process.stdout.write(await response.text());
}

async function drawn(workflow: CompiledWorkflow, format: DiagramOptions['format']): Promise<string> {
  if (format !== 'svg') {
    const { workflowDiagram } = await import('../view/workflow-diagram.ts');
    return workflowDiagram(workflow, format);
  }
  const [{ createDrawings }, { workflowSvg }] = await Promise.all([
    import('../view/drawings.ts'),
    import('../view/svg.ts'),
  ]);
  return workflowSvg(await createDrawings().workflows.of(workflow));
}
