/** Measures these on request, by looking. */

import type { Engine } from '../kernel/engine.ts';
import type { Publication } from '../publication/publication.ts';
import type { Dispatcher } from '../scheduling/dispatcher.ts';
import { countSetAsides, queueLengths, webhookCounts } from '../store/counts.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { Metrics } from './metrics.ts';
import type { TaskCounts } from './task-counts.ts';

interface GaugeParts {
  readonly taskCounts: TaskCounts;
  readonly dispatcher: Dispatcher;
  readonly engine: Engine;
  readonly publication: Publication;
  readonly store: SqliteStore;
}

export function addGauges(metrics: Metrics, parts: GaugeParts): void {
  const { taskCounts, dispatcher, engine, publication, store } = parts;
  metrics.gauges('troupe_tasks', 'Tasks by state.', 'status', () => taskCounts.byStatus);
  metrics.gauge('troupe_attempts_running', 'Attempts running now.', () => dispatcher.running);
  metrics.gauge('troupe_attempts_queued', 'Attempts waiting for a worker.', () =>
    queueLengths(store).reduce((sum, { count }) => sum + count, 0),
  );
  metrics.gauge('troupe_commits', 'Commits since the start.', () => store.commits);
  metrics.gauge(
    'troupe_commit_failures',
    'Failed commits since the start.',
    () => engine.counters.commitFailures,
  );
  metrics.gauge(
    'troupe_events_ignored',
    'Events no state had a use for.',
    () => engine.counters.turnsIgnored,
  );
  metrics.gauge('troupe_actors_set_aside', 'Actors that cannot go on.', () => countSetAsides(store));
  metrics.gauge(
    'troupe_publication_backlog',
    'Journal rows whose facts the bus has not confirmed yet.',
    () => publication.backlog,
  );
  metrics.gauge('troupe_store_bytes', 'Size of the store.', () => store.bytes());
  metrics.gauges('troupe_webhooks', 'Deliveries by state.', 'status', () =>
    Object.fromEntries(webhookCounts(store, null).map(({ status, count }) => [status, count])),
  );
}
