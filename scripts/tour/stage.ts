/** A server in a folder of its own that a story starts, asks and kills; what it shows is kept as a reader would see it. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = ['--import', import.meta.resolve('tsx'), join(ROOT, 'src/cli/main.ts')];
const LOOK_AGAIN_MS = 20;
/** A link answers whoever has it: none is shown. */
const LINK = /(\/approvals\/)[^\s"']+/g;

/** Where in Troupe itself a handler was called. */
const OWN_FRAME = /\n {2}at (?:.*\/dist\/.*|process\.<anonymous>.*)/g;

export interface Story {
  /** The file that has the markers. */
  readonly readme: string;
  /** The arguments that start its server, beside the port. */
  readonly serve: readonly string[];
  tell(stage: Stage): Promise<void>;
}

export interface Seen {
  readonly status: string;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly children?: { readonly done: number };
  }[];
}

export class Stage {
  readonly folder: string;
  readonly scenes: string[] = [];
  readonly #serve: readonly string[];
  #url = '';
  #server: ChildProcess | null = null;

  constructor(folder: string, serve: readonly string[]) {
    this.folder = folder;
    this.#serve = serve;
  }

  /** Starts the server, again where it was. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const port = this.#url === '' ? '0' : new URL(this.#url).port;
    const child = spawn(process.execPath, [...CLI, ...this.#serve, '--port', port], {
      cwd: this.folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#server = child;
    this.#url = await new Promise((resolve, reject) => {
      // It is read to the end: a server whose lines nobody takes stands still.
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, url] = /listening on ([^\s"]+)/.exec(line) ?? [];
        if (url !== undefined) resolve(url);
      });
      child.on('exit', () => reject(new Error('the server did not start')));
    });
  }

  async kill(): Promise<void> {
    const child = this.#server;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async submit(body: Readonly<Record<string, unknown>>): Promise<string> {
    const response = await fetch(`${this.#url}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const task = (await response.json()) as { readonly id: string };
    return task.id;
  }

  /** Looks at the task until it is so. */
  async until(id: string, is: (task: Seen) => boolean): Promise<void> {
    for (;;) {
      const task = await fetch(`${this.#url}/tasks/${id}`)
        .then(async (response) => (await response.json()) as Seen)
        // A connection that is kept may be of the server that was killed.
        .catch(() => null);
      if (task !== null && is(task)) return;
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** Gives the command as a reader would, and keeps what it prints. */
  show(...command: string[]): string {
    const output = this.#run(command);
    const said = command.map((word) => (/^[\w./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
    this.scenes.push(`$ npx troupe ${said}\n${this.#asSeen(output)}`.trimEnd());
    return output;
  }

  /** Keeps something that is no command of Troupe, above the next scene. */
  note(text: string): void {
    this.scenes.push(text);
  }

  /** Kills the server and starts it again. */
  async restart(how: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.kill();
    await this.start(env);
    this.note(`$ kill -9 PID; ${how} &     # PID: in the lines that it printed`);
  }

  /** Leaves out what differs from one machine to the next, and the links. */
  #asSeen(output: string): string {
    return output
      .replaceAll(OWN_FRAME, '')
      .replaceAll(`${ROOT}`, '')
      .replaceAll(this.#url, 'http://127.0.0.1:7070')
      .replaceAll(LINK, '$1…');
  }

  #run(command: readonly string[]): string {
    const args = [...CLI, ...command, '--url', this.#url];
    return execFileSync(process.execPath, args, { cwd: this.folder, encoding: 'utf8' }).trimEnd();
  }
}
