/** `troupe workflows …`: registers files, and says what is registered and which version is current, over HTTP. */

import type { Command } from 'commander';
import { FORMATS_TEXT, formatOf } from '../workflow/file-format.ts';
import { shortName } from '../workflow/identity.ts';
import { addServerOptions, Client, type ServerOptions } from './client.ts';
import { Failure } from './failure.ts';
import { colorsFor, plain, print, printJson, say } from './output.ts';
import { registerFiles } from './register.ts';
import { showFile, showWorkflow } from './show-workflow.ts';
import { table, widthOf } from './table.ts';

interface PrintOptions extends ServerOptions {
  readonly json?: true;
}

interface CurrentOptions extends PrintOptions {
  readonly newest?: true;
  readonly reason?: string;
}

interface ShowOptions extends PrintOptions {
  readonly version?: string;
}

export function addWorkflows(program: Command): void {
  const workflows = program
    .command('workflows')
    .description('Registers workflow files, lists and shows workflows, sets which version is current.');
  const register = workflows
    .command('register')
    .argument('<file-or-folder...>', `${FORMATS_TEXT}, or folders of them`)
    .description(
      'Registers workflow files. The same content again changes nothing; a version never changes, so other content ' +
        'needs a new version. If a file has a problem, all problems are told and nothing is registered.',
    )
    .option('--json', 'print {"files":[…]}')
    .addHelpText(
      'after',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as it is written in such files
      '\nThe environments of a file are not applied, and ${ENV:NAME} is refused: the server has an environment of its own.',
    );
  addServerOptions(register).action(registerFiles);

  const list = workflows
    .command('list')
    .description('Every version of every workflow, the newest last.')
    .option('--json', 'print {"workflows":[…]}');
  addServerOptions(list).action(listWorkflows);

  const show = workflows
    .command('show')
    .argument(
      '<name-or-file>',
      'a registered workflow, as namespace/name or by its bare name, or a workflow file',
    )
    .description('A workflow: its versions, which one is current, and its steps.')
    .option('--version <version>', 'of a registered one: this version; the current one unless given')
    .option('--json', 'print the workflow as JSON');
  addServerOptions(show).action(showOne);

  const current = workflows
    .command('current')
    .argument('<name>', 'as namespace/name, or by its bare name')
    .argument(
      '[version]',
      'what tasks get from now on that name no version; without it, says which one that is',
    )
    .description(
      'Says or sets which version tasks get that name none; the newest, unless one was set by hand.',
    )
    .option('--newest', 'take back what was set by hand: the newest again')
    .option('--reason <text>', 'why; kept with it')
    .option('--json', 'print the current version as JSON');
  addServerOptions(current).action(currentVersion);
}

async function listWorkflows(options: PrintOptions): Promise<void> {
  const { workflows } = await new Client(options).workflows();
  if (options.json) return printJson({ workflows });
  if (workflows.length === 0) return say('No workflow is registered.');
  const rows = workflows.map((workflow) => [
    plain(shortName(workflow)),
    plain(workflow.version),
    workflow.current ? 'current' : '',
    String(workflow.stepCount),
    plain(workflow.description),
  ]);
  const header = ['NAME', 'VERSION', '', 'STEPS', 'DESCRIPTION'];
  print(table(header, rows, colorsFor(process.stdout), widthOf(process.stdout)));
}

async function showOne(subject: string, { version, ...options }: ShowOptions): Promise<void> {
  if (formatOf(subject) === null) return showWorkflow(new Client(options), subject, { version, ...options });
  if (version === undefined) return showFile(subject, options);
  throw new Failure('a file has one version: give --version with the name of a registered workflow', {
    exitCode: 2,
  });
}

async function currentVersion(
  name: string,
  version: string | undefined,
  { newest, reason, ...options }: CurrentOptions,
): Promise<void> {
  if (version !== undefined && newest) {
    throw new Failure('give a version, or --newest, not both', { exitCode: 2 });
  }
  const isAsked = version === undefined && !newest;
  if (isAsked && reason !== undefined) {
    throw new Failure('--reason says why a version is set: give the version, or --newest', { exitCode: 2 });
  }
  const client = new Client(options);
  const current = isAsked
    ? await client.currentWorkflow(name)
    : await client.setCurrentWorkflow(name, version ?? null, reason ?? null);
  if (options.json) return printJson(current);
  const how = current.setByHand ? 'set by hand' : 'the newest';
  print(`${plain(shortName(current))} ${plain(current.version)} (${how})`);
}
