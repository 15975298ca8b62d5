/** `troupe machines`: the statecharts that tasks and steps live by, drawn or as text for other tools. */

import { type Command, Option } from 'commander';
import type { MachineFormat } from '../diagrams/machines.ts';
import { Failure } from './failure.ts';
import { print } from './output.ts';

const FORMATS = ['text', 'json', 'mermaid', 'svg', 'dot'] as const;

interface MachinesOptions {
  readonly format?: MachineFormat | 'svg' | 'text';
  readonly json?: boolean;
}

export function addMachines(program: Command): void {
  program
    .command('machines')
    .argument('[kind]', 'which one; without it, their names')
    .summary('show the statecharts of tasks and steps')
    .description(
      'Prints a statechart: as text, XState config (JSON, which Stately’s editor reads), Mermaid, SVG or DOT.\n' +
        'Without a kind, lists the names there are.',
    )
    .addOption(
      new Option(
        '--format <format>',
        'the language: text on a terminal, mermaid elsewhere, unless given',
      ).choices(FORMATS),
    )
    .addOption(new Option('--json', 'of the list: as JSON; of a statechart: --format json'))
    .action(machines);
}

async function machines(kind: string | undefined, { format, json = false }: MachinesOptions): Promise<void> {
  // Not above: most commands start sooner without it.
  const { machineNames } = await import('../diagrams/machines.ts');
  if (kind === undefined) {
    if (format !== undefined) throw misused(`which machine? Name one of ${machineNames.join(', ')}`);
    print(json ? JSON.stringify({ machines: machineNames }) : machineNames.join('\n'));
    return;
  }
  if (json && format !== undefined && format !== 'json')
    throw misused(`--json and --format ${format} differ`);
  const chosen = json ? 'json' : (format ?? (process.stdout.isTTY ? 'text' : 'mermaid'));
  const text = await written(kind, chosen);
  if (text === null)
    throw misused(`there is no machine ${JSON.stringify(kind)}, only ${machineNames.join(', ')}`);
  print(text.trimEnd());
}

async function written(kind: string, format: MachineFormat | 'svg' | 'text'): Promise<string | null> {
  if (format === 'svg') return drawn(kind);
  if (format === 'text') return (await import('../diagrams/machine-outline.ts')).machineOutline(kind);
  return (await import('../diagrams/machines.ts')).machineDiagram(kind, format);
}

async function drawn(kind: string): Promise<string | null> {
  const [{ drawings }, { chartSvg }] = await Promise.all([
    import('../diagrams/drawings.ts'),
    import('../diagrams/svg.ts'),
  ]);
  const chart = await drawings.machines.of(kind);
  return chart === null ? null : chartSvg(chart);
}

const misused = (message: string): Failure => new Failure(message, { exitCode: 2 });
