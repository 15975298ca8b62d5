/** Answers questions about tasks; each answer is read from the rows that recovery reads. */

import { drawings } from '../diagrams/drawings.ts';
import { workflowSvg } from '../diagrams/svg.ts';
import { workflowDiagram } from '../diagrams/workflow-diagram.ts';
import { Refusal } from '../errors.ts';
import type { Checkpoints } from '../history/checkpoints.ts';
import { historyAfter } from '../history/history.ts';
import type { JournalFollower } from '../history/journal-follower.ts';
import { momentView, whatIf } from '../history/moment.ts';
import { snapshotView } from '../history/replay.ts';
import type { TaskEntry } from '../kernel/actor.ts';
import type { ActorCache } from '../kernel/actor-cache.ts';
import { refuseUnreadable, refusingUnreadable } from '../kernel/unreadable.ts';
import { type InspectionEvent, inspectJournal } from '../publication/inspection.ts';
import { inspectAll, inspectTask } from '../publication/inspection-feed.ts';
import type { TaskRow } from '../store/rows.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { Drawn, HistoryPage, Orchestrator, Question, Scope } from '../views/orchestrator.ts';
import type { HistoryEvent, StepStatus } from '../views/tasks.ts';
import type { CompiledWorkflow } from '../workflow/definition.ts';
import type { WorkflowRegistry } from '../workflow/registry.ts';
import { pageOf } from './task-list.ts';
import type { TaskReader } from './task-reader.ts';
import { TaskSummaries } from './task-summaries.ts';

/** A plan has the steps of a workflow and, for a task, where each stands. */
interface Plan {
  readonly workflow: CompiledWorkflow;
  readonly statuses?: readonly StepStatus[];
}

/** A moment follows one event of a task's history. */
interface Moment {
  readonly row: TaskRow;
  readonly entry: TaskEntry;
  readonly seq: number;
  readonly last: number;
}

export interface QueriesParts {
  readonly store: SqliteStore;
  readonly registry: Pick<WorkflowRegistry, 'open'>;
  readonly cache: ActorCache;
  readonly reader: TaskReader;
  readonly checkpoints: Checkpoints;
  readonly follower: JournalFollower;
}

export class Queries {
  readonly #store: SqliteStore;
  readonly #registry: QueriesParts['registry'];
  readonly #cache: ActorCache;
  readonly #reader: TaskReader;
  readonly #summaries: TaskSummaries;
  readonly #checkpoints: Checkpoints;
  readonly #follower: JournalFollower;

  constructor(parts: QueriesParts) {
    this.#store = parts.store;
    this.#registry = parts.registry;
    this.#cache = parts.cache;
    this.#reader = parts.reader;
    this.#summaries = new TaskSummaries(parts.store, parts.reader);
    this.#checkpoints = parts.checkpoints;
    this.#follower = parts.follower;
  }

  readonly getTask: Orchestrator['getTask'] = (scope, id) => this.#reader.task(this.#reader.find(scope, id));

  readonly listTasks: Orchestrator['listTasks'] = (query) => {
    const { rows, nextCursor } = pageOf(this.#store, query);
    return { tasks: rows.map((row) => this.#reader.listed(row)), nextCursor };
  };

  readonly summarizeTasks: Orchestrator['summarizeTasks'] = (query) => {
    const { rows, nextCursor } = pageOf(this.#store, query);
    return { tasks: rows.map((row) => this.#summaries.summary(row)), nextCursor };
  };

  readonly getStep: Orchestrator['getStep'] = (scope, id, step) => {
    const row = this.#reader.find(scope, id);
    return refuseUnreadable(row, () => this.#reader.step(row, step));
  };

  readonly history: Orchestrator['history'] = (scope, id, after = 0) => {
    const row = this.#reader.find(scope, id);
    const entry = this.#entryOf(row);
    return refusingUnreadable(row, historyAfter(this.#store, this.#checkpoints, entry, after));
  };

  readonly snapshot: Orchestrator['snapshot'] = (scope, id, at) => {
    const { row, entry, seq } = this.#momentOf(scope, id, at);
    return refuseUnreadable(row, () => snapshotView(entry, this.#checkpoints.at(entry, seq).actors, seq));
  };

  readonly moment: Orchestrator['moment'] = (scope, id, at) => {
    const { row, entry, seq, last } = this.#momentOf(scope, id, at);
    return refuseUnreadable(row, () =>
      momentView(entry, this.#checkpoints.at(entry, seq), last, () => this.#store.actors(row.no)),
    );
  };

  readonly whatIf: Orchestrator['whatIf'] = (scope, id, ask, seq) => {
    const { row, entry, seq: at } = this.#momentOf(scope, id, seq);
    return refuseUnreadable(row, () => whatIf(entry, this.#checkpoints.at(entry, at), ask));
  };

  /** Without `seq`, the last. Refuses with NO_SUCH_MOMENT. */
  #momentOf(scope: Scope, id: string, seq?: number): Moment {
    const row = this.#reader.find(scope, id);
    const last = this.#store.lastSeq(row.no);
    if (seq !== undefined && (seq < 1 || seq > last)) {
      throw new Refusal('NO_SUCH_MOMENT', `the journal of task ${row.id} runs from 1 to ${last}`);
    }
    return { row, entry: this.#entryOf(row), seq: seq ?? last, last };
  }

  #entryOf(row: TaskRow): TaskEntry {
    return refuseUnreadable(row, () => this.#cache.entryOf(row));
  }

  readonly inspection = (scope: Scope, id: string): Iterable<InspectionEvent> => {
    const row = this.#reader.find(scope, id);
    return refusingUnreadable(row, inspectJournal(this.#entryOf(row), this.#store.journal(row.no)));
  };

  /** Refuses at once. */
  readonly inspect: Orchestrator['inspect'] = ({ tenantId, taskId, signal }) => {
    const parts = { store: this.#store, cache: this.#cache, follower: this.#follower };
    if (taskId === undefined) return inspectAll(parts, tenantId, signal);
    return inspectTask(parts, this.#reader.find(tenantId, taskId), signal);
  };

  readonly diagram: Orchestrator['diagram'] = (scope, id, format) => {
    const { workflow, statuses } = this.#plan(scope, { id });
    return workflowDiagram(workflow, format, statuses);
  };

  /** It reads the store before it returns, so that the answer is of one moment. */
  answer(scope: Scope, question: Question): Promise<string> {
    const json = async (value: unknown): Promise<string> => JSON.stringify(await value);
    switch (question.ask) {
      case 'task':
        return json(this.getTask(scope, question.id));
      case 'step':
        return json(this.getStep(scope, question.id, question.step));
      case 'tasks':
        return json(this.listTasks(question.query));
      case 'summaries':
        return json(this.summarizeTasks(question.query));
      case 'snapshot':
        return json(this.snapshot(scope, question.id, question.seq));
      case 'moment':
        return json(this.moment(scope, question.id, question.seq));
      case 'whatIf':
        return json(this.whatIf(scope, question.id, question.event, question.seq));
      case 'history':
        return Promise.resolve(pageOfHistory(this.history(scope, question.id, question.after), question));
      case 'graph':
        return json(drawings.workflows.of(this.#plan(scope, question.of).workflow));
      case 'diagram':
        return drawn(this.#plan(scope, question.of), question.format);
    }
  }

  #plan(scope: Scope, of: Drawn): Plan {
    if ('workflow' in of) {
      const workflow = this.#registry.open(of.workflow);
      if (workflow === null) throw new Error(`assertion failed: there is a workflow ${of.workflow}`);
      return { workflow };
    }
    const row = this.#reader.find(scope, of.id);
    return refuseUnreadable(row, () => {
      const { workflow } = this.#entryOf(row);
      return { workflow, statuses: this.#summaries.statuses(row, workflow.steps.length) };
    });
  }
}

function pageOfHistory(events: Iterable<HistoryEvent>, { upTo, lines }: HistoryPage): string {
  const told: string[] = [];
  for (const event of events) {
    if (event.seq > upTo) break;
    told.push(JSON.stringify(event));
  }
  return lines ? told.map((line) => `${line}\n`).join('') : told.join(',');
}

async function drawn({ workflow, statuses }: Plan, format: 'mermaid' | 'dot' | 'svg'): Promise<string> {
  if (format !== 'svg') return workflowDiagram(workflow, format, statuses);
  return workflowSvg(await drawings.workflows.of(workflow), statuses);
}
