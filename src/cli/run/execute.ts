/** A run from its first task to its last: followed, shown, recorded, and stopped gracefully when asked to. */

import { isRefusal } from '../../errors.ts';
import type { RecordRow } from '../../records/append.ts';
import { createTroupe, type Troupe } from '../../troupe.ts';
import type { TaskView } from '../../views/tasks.ts';
import type { CompiledWorkflow } from '../../workflow/definition.ts';
import type { WorkflowSource } from '../../workflow/file.ts';
import type { TaskRequest } from '../../workflow/task-request.ts';
import { Failure } from '../failure.ts';
import type { HandlerFiles } from '../handler-files.ts';
import { plain, printJson, say } from '../output.ts';
import { locate } from '../record-file.ts';
import { startBatch } from './batch.ts';
import { createDisplay, type Display } from './display.ts';
import { executionsOf } from './executions.ts';
import { follow } from './follow.ts';
import { Progress } from './progress.ts';
import { writeRecord } from './record.ts';
import { report } from './report.ts';

export interface RunPlan {
  readonly file: string;
  readonly workflow: CompiledWorkflow;
  /** The file as it was written, for who looks at the store later. */
  readonly source: WorkflowSource;
  readonly files: HandlerFiles;
  /** null when none was given: a new run takes `inputIfNew`, an interrupted one has its own. */
  readonly inputs: readonly TaskRequest[] | null;
  readonly inputIfNew: () => readonly TaskRequest[];
  readonly db: string;
  readonly concurrency: number;
  /** Hosts or CIDRs that HTTP steps may call though they are not public. */
  readonly allow: readonly string[];
  readonly isRecorded: boolean;
  readonly isJson: boolean;
  /** The command that goes on after an interruption. */
  readonly again: () => string;
}

const CLOSE_WITHIN_MS = 20_000;
const IN_MEMORY = ':memory:';

/** Sets the exit code. */
export async function execute(plan: RunPlan): Promise<void> {
  const stop = new AbortController();
  const signals = listenForSignals(stop);
  const troupe = await open(plan);
  try {
    const run = new Run(troupe, plan);
    await run.toItsEnd(stop.signal);
    if (!stop.signal.aborted) run.conclude();
    else run.interrupted();
  } finally {
    // In memory nothing waits to be found again, but a handler may be in the middle of something.
    await troupe.close({ graceMs: CLOSE_WITHIN_MS });
    signals.close();
  }
}

async function open({ workflow, source, files, db, concurrency, allow }: RunPlan): Promise<Troupe> {
  const troupe = await createTroupe({ db, ...files.use, concurrency, webhooks: { secret: null, allow } });
  try {
    await troupe.registerWorkflow(workflow.definition, source);
    return troupe;
  } catch (cause) {
    await troupe.close({ graceMs: 0 });
    if (!isRefusal(cause, 'VERSION_CONFLICT')) throw cause;
    throw new Failure(cause.message, { notes: ['Or give another --db.'], cause });
  }
}

/** The first signal stops gracefully, the second at once. */
function listenForSignals(stop: AbortController): { close(): void } {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
    say(`${signal}: stopping when the attempts that run have ended; again to stop at once`);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { close: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal) };
}

class Run {
  readonly #troupe: Troupe;
  readonly #plan: RunPlan;
  readonly #progress: Progress;
  readonly #ended = new Map<string, TaskView>();
  #display: Display | null = null;

  constructor(troupe: Troupe, plan: RunPlan) {
    this.#troupe = troupe;
    this.#plan = plan;
    this.#progress = new Progress(plan.workflow.definition.steps.map(({ name }) => name));
  }

  async toItsEnd(signal: AbortSignal): Promise<void> {
    try {
      await follow(
        this.#troupe,
        {
          start: () => this.#start(),
          onFact: (fact) => {
            this.#progress.apply(fact);
            this.#display?.fact(fact);
          },
          onEnded: (task) => {
            this.#ended.set(task.id, task);
            if (this.#plan.isJson) printJson(task, 0);
          },
        },
        signal,
      );
    } finally {
      this.#display?.stop();
    }
  }

  async #start(): Promise<readonly TaskView[]> {
    const { workflow, inputs, inputIfNew, isJson } = this.#plan;
    const { tasks, isResumed } = await startBatch(this.#troupe, workflow, inputs, inputIfNew);
    this.#progress.add(tasks);
    const { taskCount, endedCount } = this.#progress;
    const { name, version, steps } = workflow.definition;
    say(
      isResumed
        ? `Going on with ${taskCount - endedCount} unfinished of ${taskCount} tasks of ${plain(name)} ${version}.`
        : `${plain(name)} ${version}: ${counted(taskCount, 'task')} of ${counted(steps.length, 'step')}`,
    );
    this.#display = createDisplay(this.#progress, (id) => this.#troupe.getTask(null, id), isJson);
    return tasks;
  }

  conclude(): void {
    const ended = this.#progress.taskIds.flatMap((id) => this.#ended.get(id) ?? []);
    if (!this.#plan.isJson) report(this.#progress, ended);
    if (ended.some(({ status }) => status !== 'complete')) process.exitCode = 1;
    if (this.#plan.isRecorded) this.#record();
  }

  interrupted(): void {
    process.exitCode = 1;
    const { db, again, isRecorded } = this.#plan;
    const { taskCount, endedCount } = this.#progress;
    say(`Interrupted: ${endedCount} of ${counted(taskCount, 'task')} had ended.`);
    if (db !== IN_MEMORY) {
      say(`Go on with: ${again()}`);
      return;
    }
    say('The others are lost: with --db FILE they could go on.');
    // Nobody will be able to write it down later.
    if (isRecorded) this.#record();
  }

  #record(): void {
    const { file, workflow } = this.#plan;
    const rows = this.#progress.taskIds.flatMap((id): RecordRow[] =>
      executionsOf(this.#troupe.getTask(null, id), this.#troupe.history(null, id), workflow.definition),
    );
    const faults = writeRecord(file, rows);
    if (faults.length > 0) {
      throw new Failure('not everything was recorded', {
        notes: faults.map((fault) => `  ${locate(file, fault)}`),
      });
    }
    say(`Recorded ${counted(rows.length, 'execution')} in ${file}.`);
  }
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
