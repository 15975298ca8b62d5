/**
 * This module answers every question in writing. A thread reads, builds and writes what is much, so that nobody else
 * waits for it; the rest is answered here sooner than a thread is asked. A store in memory has no second reader, so
 * all of it is answered here.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { journalBytes } from '../store/counts.ts';
import { outlineTasks } from '../store/list-tasks.ts';
import type { TaskOutline } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { Drawn, HistoryPage, Orchestrator, Question, Scope, Written } from '../views/orchestrator.ts';
import type { WorkflowRegistry } from '../workflow/registry.ts';
import { plainReasonsOf } from './plain-reasons.ts';
import type { Queries } from './queries.ts';
import { ReadingThread } from './reading.ts';
import type { Reasons } from './reasons.ts';
import { filterOf } from './task-list.ts';
import type { TaskReader } from './task-reader.ts';

/** The process itself reads and writes this much within a few milliseconds. */
const MOST_HERE = { stepsAndDependencies: 2_000, events: 2_000, bytes: 1024 * 1024 } as const;

const EVENTS_OF_A_PAGE = 1_000;

export interface AnswersParts {
  readonly store: SqliteStore;
  readonly registry: Pick<WorkflowRegistry, 'open'>;
  readonly reader: TaskReader;
  readonly reasons: Reasons;
  readonly queries: Queries;
}

/** A question concerns workflows, with or without tasks of them. */
interface Subject {
  readonly workflows: readonly string[];
  readonly tasks: readonly TaskOutline[];
  /** The answer leaves out what came of the tasks. */
  readonly isBrief: boolean;
}

export class Answers {
  readonly #parts: AnswersParts;
  #thread: ReadingThread | null = null;

  constructor(parts: AnswersParts) {
    this.#parts = parts;
  }

  readonly answer: Orchestrator['answer'] = async (scope, question) => {
    const { store, queries, reasons } = this.#parts;
    if (store.path === ':memory:') return queries.answer(scope, question);
    const subject = this.#subjectOf(scope, question);
    if (!this.#isMuch(subject)) return queries.answer(scope, question);
    this.#thread ??= new ReadingThread(store.path);
    const waiters = subject.tasks.flatMap(({ tenant, workflow: key }) => {
      const workflow = this.#parts.registry.open(key);
      return workflow === null ? [] : [{ tenant, workflow }];
    });
    return this.#thread.ask({ scope, question, reasons: plainReasonsOf(reasons, waiters) });
  };

  /** Refuses at once. */
  readonly historyPages: Orchestrator['historyPages'] = (scope, id, asked) => {
    const last = this.#parts.store.lastSeq(this.#parts.reader.find(scope, id).no);
    return this.#pages(scope, id, { ...asked, upTo: Math.min(asked.upTo, last) });
  };

  async *#pages(scope: Scope, id: string, { after, upTo, lines }: HistoryPage): AsyncGenerator<Written> {
    for (let at = after; at < upTo; at += EVENTS_OF_A_PAGE) {
      const page = { after: at, upTo: Math.min(at + EVENTS_OF_A_PAGE, upTo), lines };
      yield await this.answer(scope, { ask: 'history', id, ...page });
      // Whoever takes all there is at once is not to be the only one served.
      await nextTurn();
    }
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }

  /** Refuses what the caller may not see. */
  #subjectOf(scope: Scope, question: Question): Subject {
    const { store } = this.#parts;
    switch (question.ask) {
      case 'graph':
      case 'diagram':
        return { workflows: [this.#drawn(scope, question.of)], tasks: [], isBrief: true };
      case 'tasks':
      case 'summaries': {
        const tasks = outlineTasks(store, filterOf(store, question.query));
        const workflows = tasks.map(({ workflow }) => workflow);
        return { workflows, tasks, isBrief: question.ask === 'summaries' };
      }
      default: {
        const { no, tenant, workflow, request } = this.#parts.reader.find(scope, question.id);
        // Its steps are answered with what their definitions give them.
        const definition = this.#parts.registry.open(workflow)?.characters ?? 0;
        const outline = { no, tenant, workflow, bytes: request.length + definition };
        return { workflows: [workflow], tasks: [outline], isBrief: false };
      }
    }
  }

  #drawn(scope: Scope, of: Drawn): string {
    return 'workflow' in of ? of.workflow : this.#parts.reader.find(scope, of.id).workflow;
  }

  #isMuch({ workflows, tasks, isBrief }: Subject): boolean {
    const { store, registry } = this.#parts;
    let [stepsAndDependencies, events, bytes] = [0, 0, 0];
    for (const key of workflows) {
      const dependencies = registry.open(key)?.dependencies ?? [];
      for (const on of dependencies) stepsAndDependencies += 1 + on.length;
      if (stepsAndDependencies > MOST_HERE.stepsAndDependencies) return true;
    }
    for (const task of tasks) {
      events += isBrief ? 0 : store.lastSeq(task.no);
      // The bytes of more events than that would take long to count.
      if (events > MOST_HERE.events) return true;
      bytes += task.bytes + (isBrief ? 0 : journalBytes(store, task.no));
      if (bytes > MOST_HERE.bytes) return true;
    }
    return false;
  }
}
