/**
 * The schema, as steps that are applied once each and never edited after a release; `user_version` says how many.
 * Tasks have a short number beside their public id: every row of a task is keyed by it, so all of a task lies
 * together. `ref` names an actor within its task: 0 the task itself, 1… its steps, 500,001… those of them that no worker
 * does, 1,000,000… its deliveries.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE workflows (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX workflows_version ON workflows (name, version);

  CREATE TABLE tasks (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The hash of a registered workflow, or handler:<name> for a task that is that one step.
    workflow TEXT NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    correlation TEXT,
    idempotency_key TEXT,
    request_hash TEXT,
    created_at INTEGER NOT NULL,
    request TEXT NOT NULL
  );
  CREATE INDEX tasks_tenant ON tasks (tenant, no);
  CREATE INDEX tasks_status ON tasks (status, tenant, no);
  CREATE INDEX tasks_name ON tasks (tenant, name, correlation, no);
  CREATE UNIQUE INDEX tasks_idempotency ON tasks (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;

  CREATE TABLE tags (tag TEXT NOT NULL, task INTEGER NOT NULL, PRIMARY KEY (tag, task)) WITHOUT ROWID;

  -- One snapshot a row. due_at is the earliest of its timers, NULL while an attempt runs; queue names the queue its
  -- step waits in.
  CREATE TABLE actors (
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    machine TEXT NOT NULL,
    state TEXT NOT NULL,
    context TEXT NOT NULL,
    due_at INTEGER,
    timers TEXT,
    queue TEXT,
    PRIMARY KEY (task, ref)
  ) WITHOUT ROWID;
  CREATE INDEX actors_due ON actors (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX actors_queue ON actors (queue, task, ref) WHERE queue IS NOT NULL;

  -- One row per task and commit: its entries, oldest first, the first numbered seq.
  CREATE TABLE journal (
    pos INTEGER PRIMARY KEY,
    task INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    entries TEXT NOT NULL
  );
  CREATE INDEX journal_task ON journal (task, seq);

  CREATE TABLE dependencies (
    task INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- NULL while no task of that name has been submitted.
    on_task INTEGER,
    tenant TEXT NOT NULL,
    PRIMARY KEY (task, position)
  ) WITHOUT ROWID;
  CREATE INDEX dependencies_on ON dependencies (on_task) WHERE on_task IS NOT NULL;
  CREATE INDEX dependencies_unresolved ON dependencies (tenant, name) WHERE on_task IS NULL;

  CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL
  );
  CREATE INDEX webhooks_status ON webhooks (status, created_at);
  CREATE UNIQUE INDEX webhooks_actor ON webhooks (task, ref);

  -- Actors whose stored state no machine can open: reported here, and out of everybody's way.
  CREATE TABLE set_aside (
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    at INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (task, ref)
  ) WITHOUT ROWID;
  `,
  `
  CREATE INDEX tasks_created ON tasks (created_at);

  -- What a workflow was written as, if it came as a file.
  CREATE TABLE workflow_sources (
    hash TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    text TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  ALTER TABLE workflows ADD COLUMN namespace TEXT NOT NULL DEFAULT 'default';
  UPDATE workflows SET namespace = CASE WHEN json_valid(definition)
    THEN coalesce(json_extract(definition, '$.namespace'), 'default') ELSE 'default' END;
  DROP INDEX workflows_version;
  CREATE UNIQUE INDEX workflows_version ON workflows (namespace, name, version);

  -- Which version a task gets that names none, where somebody has said so: of a workflow the last row counts.
  CREATE TABLE workflow_choices (
    no INTEGER PRIMARY KEY,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    -- NULL: the newest again.
    version TEXT,
    set_at INTEGER NOT NULL,
    set_by TEXT NOT NULL,
    reason TEXT
  );
  CREATE INDEX workflow_choices_name ON workflow_choices (namespace, name, no);
  `,
  `
  -- What a wait waits for, while it does: ["signal",tenant,name,key], ["approval",tenant] or ["sleep",tenant].
  ALTER TABLE actors ADD COLUMN awaits TEXT;
  CREATE INDEX actors_awaits ON actors (awaits, task, ref) WHERE awaits IS NOT NULL;

  -- Signals are kept until somebody has taken them, and for as long as they say.
  CREATE TABLE signals (
    no INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    -- NULL for one that was sent to a task.
    key TEXT,
    task INTEGER,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- NULL: as long as its task lives.
    until INTEGER,
    by TEXT NOT NULL,
    data TEXT NOT NULL,
    taken_at INTEGER
  );
  CREATE UNIQUE INDEX signals_id ON signals (tenant, id);
  CREATE INDEX signals_key ON signals (tenant, name, key, no) WHERE key IS NOT NULL;
  CREATE INDEX signals_task ON signals (task, name, no) WHERE task IS NOT NULL;
  CREATE INDEX signals_until ON signals (until) WHERE until IS NOT NULL;

  -- Which task has taken which signal: each at most once.
  CREATE TABLE signals_taken (
    task INTEGER NOT NULL,
    signal INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    PRIMARY KEY (task, signal)
  ) WITHOUT ROWID;
  CREATE INDEX signals_taken_signal ON signals_taken (signal);

  -- A signal that more wait for than one commit reaches goes on after this actor.
  CREATE TABLE signal_waves (
    signal INTEGER PRIMARY KEY,
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL
  );

  -- A child was spawned by this wait of this task, for its so manieth item, and the so manieth time.
  ALTER TABLE tasks ADD COLUMN parent INTEGER;
  ALTER TABLE tasks ADD COLUMN parent_ref INTEGER;
  ALTER TABLE tasks ADD COLUMN parent_index INTEGER;
  ALTER TABLE tasks ADD COLUMN parent_try INTEGER;
  CREATE UNIQUE INDEX tasks_children ON tasks (parent, parent_ref, parent_index, parent_try) WHERE parent IS NOT NULL;
  -- Lists and names mean tasks that are no children.
  DROP INDEX tasks_tenant;
  DROP INDEX tasks_name;
  CREATE INDEX tasks_tenant ON tasks (tenant, no) WHERE parent IS NULL;
  CREATE INDEX tasks_name ON tasks (tenant, name, correlation, no) WHERE parent IS NULL;
  `,
  `
  -- Lists and counts mean tasks that are no children: they ask the index alone.
  DROP INDEX tasks_status;
  CREATE INDEX tasks_status ON tasks (status, tenant, parent, no);

  -- 1 while an attempt runs on although its task is paused or has told it to stop: a start finds it among any number of
  -- paused tasks. Attempts of other tasks are found by the status of those.
  ALTER TABLE actors ADD COLUMN runs_on INTEGER;
  CREATE INDEX actors_runs_on ON actors (task, ref) WHERE runs_on IS NOT NULL;
  UPDATE actors SET runs_on = 1 WHERE ref > 0 AND machine LIKE 'step@%' AND (state = 'waiting.stopping'
    OR state = 'running' AND json_valid(context) AND json_type(context) = 'object' AND json_extract(context, '$.held'));

  -- A word to the children of a wait, or their births, as far as one commit did not reach: it goes on after
  -- this one of them.
  CREATE TABLE child_waves (
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    verb TEXT NOT NULL,
    after INTEGER NOT NULL,
    upto INTEGER NOT NULL,
    PRIMARY KEY (task, ref, verb)
  ) WITHOUT ROWID;
  `,
];
