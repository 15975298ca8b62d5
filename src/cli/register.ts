/** `troupe workflows register`: files to a server, each of them new, unchanged, or refused and why. */

import { problemCount } from '../errors.ts';
import { shortName } from '../workflow/identity.ts';
import { Client, type ServerOptions } from './client.ts';
import { Failure } from './failure.ts';
import { plain, print, printJson, say } from './output.ts';

interface RegisterOptions extends ServerOptions {
  readonly json?: true;
}

/** The result for a file that had no problem of its own. */
interface Registered {
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly result: 'registered' | 'unchanged' | 'refused';
  /** Why, when it was refused. */
  readonly problem: string | null;
}

/** As the server would read them: it has an environment of its own, which no file sent to it is filled from. */
const asSent = ({ apiKey = '' }: RegisterOptions) => ({
  environment: null,
  variables: null,
  isKeyed: apiKey !== '',
});
/** A server answers so about one file alone. */
const ABOUT_THE_FILE: readonly (number | null)[] = [409, 413, 422];

export async function registerFiles(given: readonly string[], options: RegisterOptions): Promise<void> {
  // Not above: the other commands start sooner without them.
  const [{ faultsOf, readWorkflowFiles, soundFiles }, { locate }] = await Promise.all([
    import('./workflow-files.ts'),
    import('./record-file.ts'),
  ]);
  const { files, skipped } = readWorkflowFiles(given, asSent(options));
  for (const path of skipped) say(`${plain(path)}: skipped, there is no step in it`);
  for (const { path, warnings } of files)
    for (const warning of warnings) say(`warning: ${locate(path, warning)}`);
  const sound = soundFiles(files);
  if (sound === null) {
    const faults = faultsOf(files);
    if (options.json) printJson({ files: files.map(({ path, faults }) => ({ path, faults })) });
    const count = problemCount(faults);
    throw new Failure(`nothing was registered: the files have ${count}`, {
      notes: faults.map((fault) => `  ${locate(fault.path, fault)}`),
    });
  }
  const client = new Client(options);
  const results: Registered[] = [];
  for (const { path, definition, source } of sound) {
    const { namespace, name, version } = definition;
    const told = await register(client, source);
    const result: Registered = { path, namespace, name, version, ...told };
    results.push(result);
    if (!options.json) tell(result);
    if (result.result === 'refused') process.exitCode = 1;
  }
  if (options.json) printJson({ files: results });
}

async function register(
  client: Client,
  source: Parameters<Client['registerWorkflow']>[0],
): Promise<Pick<Registered, 'result' | 'problem'>> {
  try {
    const { isNew } = await client.registerWorkflow(source);
    return { result: isNew ? 'registered' : 'unchanged', problem: null };
  } catch (error) {
    // Any other refusal would be that of every file.
    if (!(error instanceof Failure) || !ABOUT_THE_FILE.includes(error.status)) throw error;
    return { result: 'refused', problem: [error.message, ...error.notes].join('\n') };
  }
}

function tell({ path, result, problem, version, ...identity }: Registered): void {
  if (problem === null) print(`${result} ${plain(shortName(identity))} ${plain(version)} (${plain(path)})`);
  else say(`${plain(path)}: ${problem.split('\n').map(plain).join('\n')}`);
}
