/** Answers the page's first screen at once: counters and indexed look-ups, and the newest tasks. */

import type { Orchestrator, Overview, Scope, Written } from '../views/orchestrator.ts';
import type { TaskSummary } from '../views/tasks.ts';
import { countQueued, type HealthParts, healthOf, oldestWaitingOf, webhooksOf } from './health.ts';
import type { Throughput } from './throughput.ts';

const RECENT = 20;

interface OverviewParts extends HealthParts {
  readonly lastMinute: Throughput;
  readonly now: number;
  readonly answer: Orchestrator['answer'];
}

export async function overviewOf(parts: OverviewParts, scope: Scope): Promise<Overview> {
  const { lastMinute, now, answer } = parts;
  const query = { tenantId: scope, limit: RECENT };
  const { tasks: recent } = JSON.parse(textOf(await answer(scope, { ask: 'summaries', query }))) as {
    tasks: TaskSummary[];
  };
  const seconds = lastMinute.seen(now, scope);
  const completed = seconds.reduce((sum, { complete }) => sum + complete, 0);
  return {
    ...(scope === null ? ofAll(parts) : ofTenant(parts, scope)),
    throughput: { perSecond: completed / seconds.length, lastMinute: seconds },
    recent,
  };
}

/** The text is short: it has twenty summaries. */
const textOf = (written: Written): string =>
  typeof written === 'string' ? written : new TextDecoder().decode(written);

type OverviewCounts = Omit<Overview, 'throughput' | 'recent'>;

function ofAll(parts: OverviewParts): OverviewCounts {
  const { tasks, backlog, oldestWaiting, webhooks, ...server } = healthOf(parts);
  return { tasks, backlog, oldestWaiting, webhooks, server };
}

/** Running attempts and armed timers are only counted for all tenants. */
function ofTenant({ store, taskCounts, dispatcher, cache }: OverviewParts, tenant: string): OverviewCounts {
  return {
    tasks: taskCounts.ofTenant(tenant),
    backlog: { queued: countQueued(store, tenant), running: null, timers: null },
    oldestWaiting: oldestWaitingOf(dispatcher, cache, tenant),
    webhooks: webhooksOf(store, tenant),
    server: null,
  };
}
