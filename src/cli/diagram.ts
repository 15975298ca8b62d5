/** `troupe diagram`: the steps of a workflow file, or of a task and where each stands, as text other tools draw. */

import { type Command, Option } from 'commander';
import { addServerOptions, Client, type ServerOptions, taskPath } from './client.ts';
import { Failure } from './failure.ts';

interface DiagramOptions extends ServerOptions {
  readonly format: 'mermaid' | 'dot';
  readonly env?: string;
}

export function addDiagram(program: Command): void {
  const command = program
    .command('diagram')
    .argument('<file-or-task>', 'a workflow file (.md, .yaml, .yml, .json), or the id of a task on a server')
    .summary('draw a workflow file, or a task as it stands')
    .description('Prints the steps as a graph; of a task, coloured by their states.')
    .addOption(new Option('--format <format>', 'the language').choices(['mermaid', 'dot']).default('mermaid'))
    .option('--env <name>', 'of a file: which of its environments counts (TROUPE_ENV)');
  addServerOptions(command).action(diagram);
}

async function diagram(subject: string, options: DiagramOptions): Promise<void> {
  const { format, env } = options;
  // Not above: most commands start sooner without them.
  const { formatOf } = await import('../workflow/file.ts');
  if (formatOf(subject) !== null) {
    const [{ readWorkflow }, { workflowDiagram }] = await Promise.all([
      import('./run/workflow.ts'),
      import('../view/workflow-diagram.ts'),
    ]);
    process.stdout.write(workflowDiagram(readWorkflow(subject, env), format));
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
    headers: { Accept: 'text/plain' },
  });
  process.stdout.write(await response.text());
}
