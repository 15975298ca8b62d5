/** What the first screen of the page shows, in one answer: counters and indexed look-ups, and the newest tasks. */

import type { LastMinute } from './actors/last-minute.ts';
import type { Reader } from './actors/reader.ts';
import { countQueued, type HealthParts, healthOf, oldestWaitingOf, webhooksOf } from './health.ts';
import type { Overview, Scope } from './orchestrator.ts';

const RECENT = 20;

interface OverviewParts extends HealthParts {
  readonly reader: Reader;
  readonly lastMinute: LastMinute;
  readonly now: number;
}

export function overviewOf(parts: OverviewParts, scope: Scope): Overview {
  const { store, reader, lastMinute, now } = parts;
  const recent = store.listTasks({ ...(scope === null ? {} : { tenant: scope }), limit: RECENT });
  const seconds = lastMinute.seen(now, scope);
  const completed = seconds.reduce((sum, { complete }) => sum + complete, 0);
  return {
    ...(scope === null ? ofAll(parts) : ofTenant(parts, scope)),
    throughput: { perSecond: completed / seconds.length, lastMinute: seconds },
    recent: recent.map((row) => reader.summary(row)),
  };
}

type Standing = Omit<Overview, 'throughput' | 'recent'>;

function ofAll(parts: OverviewParts): Standing {
  const { tasks, backlog, oldestWaiting, webhooks, ...server } = healthOf(parts);
  return { tasks, backlog, oldestWaiting, webhooks, server };
}

/** What runs and which timers are armed is only counted for all. */
function ofTenant({ store, census, dispatcher, memory }: OverviewParts, tenant: string): Standing {
  return {
    tasks: census.ofTenant(tenant),
    backlog: { queued: countQueued(store, tenant), running: null, timers: null },
    oldestWaiting: oldestWaitingOf(dispatcher, memory, tenant),
    webhooks: webhooksOf(store, tenant),
    server: null,
  };
}
