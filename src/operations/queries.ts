/** What is asked of tasks: each answer is read from the rows that recovery reads. */

import type { TaskEntry } from '../actors/actor.ts';
import { historyAfter } from '../actors/history.ts';
import type { Memory } from '../actors/memory.ts';
import { momentView, whatIf } from '../actors/moment.ts';
import type { Reader } from '../actors/reader.ts';
import { snapshotView } from '../actors/replay.ts';
import type { Scenes } from '../actors/scenes.ts';
import type { JournalTail } from '../actors/tail.ts';
import { pageOf } from '../actors/task-list.ts';
import { refuseUnreadable, refusingUnreadable, unreadable } from '../actors/unreadable.ts';
import type { TaskView } from '../actors/views.ts';
import { Refusal } from '../errors.ts';
import type {
  MomentView,
  Orchestrator,
  PlanView,
  Scope,
  TaskQuery,
  WhatIf,
  WhatIfView,
} from '../orchestrator.ts';
import { type InspectionEvent, inspectJournal } from '../publication/inspection.ts';
import { inspectAll, inspectTask } from '../publication/inspection-feed.ts';
import type { TaskRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { workflowDiagram } from '../view/workflow-diagram.ts';

/** Of a task, an event of its history. */
interface Moment {
  readonly row: TaskRow;
  readonly entry: TaskEntry;
  readonly seq: number;
  readonly last: number;
}

export interface QueriesParts {
  readonly store: Store;
  readonly memory: Memory;
  readonly reader: Reader;
  readonly scenes: Scenes;
  readonly tail: JournalTail;
}

export class Queries {
  readonly #store: Store;
  readonly #memory: Memory;
  readonly #reader: Reader;
  readonly #scenes: Scenes;
  readonly #tail: JournalTail;

  constructor(parts: QueriesParts) {
    this.#store = parts.store;
    this.#memory = parts.memory;
    this.#reader = parts.reader;
    this.#scenes = parts.scenes;
    this.#tail = parts.tail;
  }

  getTask(scope: Scope, id: string): TaskView {
    return this.#reader.task(this.#reader.find(scope, id));
  }

  listTasks(query: TaskQuery): ReturnType<Orchestrator['listTasks']> {
    const { rows, nextCursor } = pageOf(this.#store, query);
    return { tasks: rows.map((row) => this.#reader.task(row)), nextCursor };
  }

  summarizeTasks(query: TaskQuery): ReturnType<Orchestrator['summarizeTasks']> {
    const { rows, nextCursor } = pageOf(this.#store, query);
    return { tasks: rows.map((row) => this.#reader.summary(row)), nextCursor };
  }

  getStep(scope: Scope, id: string, step: string): ReturnType<Orchestrator['getStep']> {
    const row = this.#reader.find(scope, id);
    return refuseUnreadable(row, () => this.#reader.step(row, step));
  }

  history(scope: Scope, id: string, after = 0): ReturnType<Orchestrator['history']> {
    const row = this.#reader.find(scope, id);
    const entry = this.#entryOf(row);
    return refusingUnreadable(row, historyAfter(this.#store, this.#scenes, entry, after));
  }

  snapshot(scope: Scope, id: string, seq?: number): ReturnType<Orchestrator['snapshot']> {
    const { row, entry, seq: at } = this.#momentOf(scope, id, seq);
    return refuseUnreadable(row, () => snapshotView(entry, this.#scenes.at(entry, at).actors, at));
  }

  moment(scope: Scope, id: string, seq?: number): MomentView {
    const { row, entry, seq: at, last } = this.#momentOf(scope, id, seq);
    return refuseUnreadable(row, () =>
      momentView(entry, this.#scenes.at(entry, at), last, () => this.#store.actors(row.no)),
    );
  }

  whatIf(scope: Scope, id: string, ask: WhatIf, seq?: number): WhatIfView {
    const { row, entry, seq: at } = this.#momentOf(scope, id, seq);
    return refuseUnreadable(row, () => whatIf(entry, this.#scenes.at(entry, at), ask));
  }

  #momentOf(scope: Scope, id: string, seq?: number): Moment {
    const row = this.#reader.find(scope, id);
    const last = this.#store.lastSeq(row.no);
    if (seq !== undefined && (seq < 1 || seq > last)) {
      throw new Refusal('not_found', 'NO_SUCH_MOMENT', `the journal of task ${id} runs from 1 to ${last}`);
    }
    return { row, entry: this.#entryOf(row), seq: seq ?? last, last };
  }

  #entryOf(row: TaskRow): TaskEntry {
    return refuseUnreadable(row, () => this.#memory.entryOf(row));
  }

  inspection(scope: Scope, id: string): Iterable<InspectionEvent> {
    const row = this.#reader.find(scope, id);
    return refusingUnreadable(row, inspectJournal(this.#entryOf(row), this.#store.journal(row.no)));
  }

  async *inspect({ tenantId, taskId, signal }: Parameters<Orchestrator['inspect']>[0]) {
    const parts = { store: this.#store, memory: this.#memory, tail: this.#tail };
    if (taskId === undefined) yield* inspectAll(parts, tenantId, signal);
    else {
      const row = this.#reader.find(tenantId, taskId);
      try {
        yield* inspectTask(parts, row.no, signal);
      } catch (error) {
        throw unreadable(row, error);
      }
    }
  }

  diagram(scope: Scope, id: string, format: 'mermaid' | 'dot'): string {
    const { workflow, statuses } = this.plan(scope, id);
    return workflowDiagram(workflow, format, statuses);
  }

  plan(scope: Scope, id: string): PlanView {
    const row = this.#reader.find(scope, id);
    return refuseUnreadable(row, () => {
      const stored = this.#reader.open(row);
      const { workflow } = stored.entry;
      const { steps } = workflow.definition;
      return { workflow, statuses: steps.map((_, index) => this.#reader.stepView(stored, index).status) };
    });
  }
}
