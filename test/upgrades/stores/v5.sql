CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE workflows (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at INTEGER NOT NULL
  , namespace TEXT NOT NULL DEFAULT 'default');
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
  , parent INTEGER, parent_ref INTEGER, parent_index INTEGER, parent_try INTEGER);
CREATE TABLE tags (tag TEXT NOT NULL, task INTEGER NOT NULL, PRIMARY KEY (tag, task)) WITHOUT ROWID;
CREATE TABLE actors (
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    machine TEXT NOT NULL,
    state TEXT NOT NULL,
    context TEXT NOT NULL,
    due_at INTEGER,
    timers TEXT,
    queue TEXT, awaits TEXT, runs_on INTEGER,
    PRIMARY KEY (task, ref)
  ) WITHOUT ROWID;
CREATE TABLE journal (
    pos INTEGER PRIMARY KEY,
    task INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    entries TEXT NOT NULL
  );
CREATE TABLE dependencies (
    task INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- NULL while no task of that name has been submitted.
    on_task INTEGER,
    tenant TEXT NOT NULL,
    PRIMARY KEY (task, position)
  ) WITHOUT ROWID;
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
CREATE TABLE set_aside (
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    at INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (task, ref)
  ) WITHOUT ROWID;
CREATE TABLE workflow_sources (
    hash TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    text TEXT NOT NULL
  ) WITHOUT ROWID;
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
CREATE TABLE signals_taken (
    task INTEGER NOT NULL,
    signal INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    PRIMARY KEY (task, signal)
  ) WITHOUT ROWID;
CREATE TABLE signal_waves (
    signal INTEGER PRIMARY KEY,
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL
  );
CREATE TABLE child_waves (
    task INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    verb TEXT NOT NULL,
    after INTEGER NOT NULL,
    upto INTEGER NOT NULL,
    PRIMARY KEY (task, ref, verb)
  ) WITHOUT ROWID;
CREATE UNIQUE INDEX tasks_idempotency ON tasks (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX actors_due ON actors (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX actors_queue ON actors (queue, task, ref) WHERE queue IS NOT NULL;
CREATE INDEX journal_task ON journal (task, seq);
CREATE INDEX dependencies_on ON dependencies (on_task) WHERE on_task IS NOT NULL;
CREATE INDEX dependencies_unresolved ON dependencies (tenant, name) WHERE on_task IS NULL;
CREATE INDEX webhooks_status ON webhooks (status, created_at);
CREATE UNIQUE INDEX webhooks_actor ON webhooks (task, ref);
CREATE INDEX tasks_created ON tasks (created_at);
CREATE UNIQUE INDEX workflows_version ON workflows (namespace, name, version);
CREATE INDEX workflow_choices_name ON workflow_choices (namespace, name, no);
CREATE INDEX actors_awaits ON actors (awaits, task, ref) WHERE awaits IS NOT NULL;
CREATE UNIQUE INDEX signals_id ON signals (tenant, id);
CREATE INDEX signals_key ON signals (tenant, name, key, no) WHERE key IS NOT NULL;
CREATE INDEX signals_task ON signals (task, name, no) WHERE task IS NOT NULL;
CREATE INDEX signals_until ON signals (until) WHERE until IS NOT NULL;
CREATE INDEX signals_taken_signal ON signals_taken (signal);
CREATE UNIQUE INDEX tasks_children ON tasks (parent, parent_ref, parent_index, parent_try) WHERE parent IS NOT NULL;
CREATE INDEX tasks_tenant ON tasks (tenant, no) WHERE parent IS NULL;
CREATE INDEX tasks_name ON tasks (tenant, name, correlation, no) WHERE parent IS NULL;
CREATE INDEX tasks_status ON tasks (status, tenant, parent, no);
CREATE INDEX actors_runs_on ON actors (task, ref) WHERE runs_on IS NOT NULL;
INSERT INTO meta (key, value) VALUES ('approvals', 'CjHrKHjqggXVyANwr87BJtUxDi5_uy2ZcDjgKyRCM54');
INSERT INTO meta (key, value) VALUES ('node', '3cc1f318eb08caec');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'Order', '0.1.0', '{"name":"Order","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Receive","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"},{"name":"Pay","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"},{"name":"Pack","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":true,"optional":false,"agent":"default","channel":null,"handler":"Slow"},{"name":"Ship","dependsOn":["Pay","Pack"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796080802722, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'Nap', '0.1.0', '{"name":"Nap","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Rest","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"troupe.sleep","sleep":3600000},{"name":"After","dependsOn":["Rest"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796080802729, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('0464b9b205f675768e14108c9ead8420caf2f27915555645e1d19f0633f551a0', 'Naps', '0.1.0', '{"name":"Naps","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Each","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"troupe.children","run":{"workflow":"Nap"},"forEach":{"items":"${payload.items}","concurrency":50,"tolerate":{"count":0},"collect":"outputs"}},{"name":"Heard","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":true,"agent":"default","channel":null,"handler":"troupe.wait","waitFor":{"signal":"heard","withinMs":3600000}}]}', 1796080802731, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'Filed', '0.1.0', '{"name":"Filed","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796080802757, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'Parted', '0.1.0', '{"name":"Parted","namespace":"north","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796080803136, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('ff56f7db41201ef563f88a9cd66f457216d8283c4758471b91e098d06d91aea1', 'Parted', '0.2.0', '{"name":"Parted","namespace":"north","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796080803143, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'Parted', '0.1.0', '{"name":"Parted","namespace":"south","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796080803164, 'south');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('6db043db5e63c4fb8ce46206484a4df6d5d65b26f24bcd924c8bf5a31cadb010', 'Parted', '0.2.0', '{"name":"Parted","namespace":"south","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796080803170, 'south');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (1, '01a22ec2-1bd4-7226-934e-38fe48002c32', 'default', 'Fine', 'handler:Fine', 'complete', 5, NULL, 'k', 'a39a31d14f84cb46743a5d10bc1cb9c5022b919b45d64b2dfda9575f43622202', 1796080802769, '{"payload":{},"notificationUrl":"http://hooks.invalid/take","tags":["a"]}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (2, '01a22ec2-1c06-7baa-9be3-f501d99c7826', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'running', 5, 'c', NULL, NULL, 1796080802822, '{"payload":{"kind":"running"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (3, '01a22ec2-1c1b-7c94-bf22-2849e91c9994', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1796080802842, '{"payload":{"kind":"delayed"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (4, '01a22ec2-1d17-7481-b603-bc37299c4bf5', 'default', 'Fine', 'handler:Fine', 'pending', 5, 'c', NULL, NULL, 1796080803095, '{"payload":{"kind":"waiting"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (5, '01a22ec2-1d22-7b65-b85e-6ffbdf578f23', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1796080803106, '{"payload":{"kind":"unresolved"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (6, '01a22ec2-1d29-7b57-94a1-c06c6cb24aa3', 'north', 'Unserved', 'handler:Unserved', 'running', 9, NULL, NULL, NULL, 1796080803112, '{"payload":{"kind":"queued"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (7, '01a22ec2-1d2f-7214-b329-7be5468be6a3', 'default', 'Filed', '81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'complete', 5, NULL, NULL, NULL, 1796080803119, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (8, '01a22ec2-1d4d-7638-a5d8-0e5ee36eb693', 'default', 'Parted', '88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'complete', 5, NULL, NULL, NULL, 1796080803149, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (9, '01a22ec2-1d66-7f3a-bdcd-9a1d898e6004', 'default', 'Parted', '3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'complete', 5, NULL, NULL, NULL, 1796080803174, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (10, '01a22ec2-1d74-70f9-976c-629f467c6396', 'default', 'Bad', 'handler:Bad', 'retrying', 5, NULL, NULL, NULL, 1796080803188, '{"payload":{"kind":"retrying"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (11, '01a22ec2-1d8a-7188-9b1a-db8b454ea7b4', 'default', 'Bad', 'handler:Bad', 'failed', 5, NULL, NULL, NULL, 1796080803209, '{"payload":{},"maxRetries":0,"notificationUrl":"http://hooks.invalid/take"}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (12, '01a22ec2-1d99-7bdd-b5c1-2fbeaac8df67', 'default', 'Naps', '0464b9b205f675768e14108c9ead8420caf2f27915555645e1d19f0633f551a0', 'waiting', 5, NULL, NULL, NULL, 1796080803224, '{"payload":{"items":[1,2]},"pins":{"Each":"eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (13, '01a22ec2-1d9d-7f19-af4d-67a503aefa23', 'default', 'Nap', 'eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'waiting', 5, NULL, NULL, NULL, 1796080803224, '{"payload":{"item":1,"index":0}}', 12, 500001, 0, 0);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (14, '01a22ec2-1d9e-7684-b9fb-64c3f28d98a7', 'default', 'Nap', 'eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'waiting', 5, NULL, NULL, NULL, 1796080803224, '{"payload":{"item":2,"index":1}}', 12, 500001, 1, 0);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (15, '01a22ec2-1daa-7bce-8834-823709664cbb', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'paused', 5, NULL, NULL, NULL, 1796080803242, '{"payload":{"kind":"paused"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (16, '01a22ec2-1dba-7c3f-8000-9726035a7198', 'default', 'Unserved', 'handler:Unserved', 'cancelled', 5, NULL, NULL, NULL, 1796080803257, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tags (tag, task) VALUES ('a', 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 0, 'task@1', 'complete', '{"startAt":1796080802769,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080802769,"finishedAt":1796080802808}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 1, 'step@1', 'complete', '[1,{"maxAttempts":4},1,0,"EFC7LNiMWZ9evM6U",1796080802769,1796080802769,1796080802808,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"G92bPVaSQukA3saj","startedAt":1796080802808,"attemptAt":1796080802808,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},"delayMs":387817,"retryAt":1796081190923}', 1796081190923, '{"xstate.after.backoff.step.retrying.backoff":1796081190923}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 0, 'task@1', 'running', '{"startAt":1796080802822,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1796080802822}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 1, 'step@1', 'complete', '[1,{},1,0,"ykOY169az8q3zdPY",1796080802822,1796080802822,1796080802831,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 2, 'step@1', 'complete', '[1,{},1,0,"Q4VtN9CWOxB5CjyY",1796080802831,1796080802831,1796080802842,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 3, 'step@1', 'running', '[0,{},1,0,"muXFoRQPC6UMpO9Y",1796080802831,1796080802831]', NULL, '{"xstate.after.timeout.step.running":1796080862831}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (3, 0, 'task@1', 'pending', '{"startAt":1796084402842,"delayed":true,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', 1796084402842, '{"xstate.after.delay.task.pending":1796084402842}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (4, 0, 'task@1', 'pending', '{"startAt":1796080803095,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (5, 0, 'task@1', 'pending', '{"startAt":1796080803106,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (6, 0, 'task@1', 'running', '{"startAt":1796080803112,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803112}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (6, 1, 'step@1', 'pending.queued', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"queuedAt":1796080803112}', NULL, NULL, '[9,"Unserved","north"]', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (7, 0, 'task@1', 'complete', '{"startAt":1796080803119,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803119,"finishedAt":1796080803123}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (7, 1, 'step@1', 'complete', '[1,{},1,0,"ER2NXOwsn5HkHfny",1796080803119,1796080803119,1796080803123,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (8, 0, 'task@1', 'complete', '{"startAt":1796080803149,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803149,"finishedAt":1796080803154}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (8, 1, 'step@1', 'complete', '[1,{},1,0,"iemqapi2FoKpfa9p",1796080803149,1796080803149,1796080803154,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (9, 0, 'task@1', 'complete', '{"startAt":1796080803174,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803174,"finishedAt":1796080803179}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (9, 1, 'step@1', 'complete', '[1,{},1,0,"c55bxWSJInF_SZuG",1796080803174,1796080803174,1796080803179,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (10, 0, 'task@1', 'retrying', '{"startAt":1796080803188,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"backoff":1},"met":{},"halted":0,"retryCount":1,"startedAt":1796080803188}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (10, 1, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":4},"attempt":1,"base":0,"token":"Q_fEot_gbZKEPRsf","attemptAt":1796080803188,"startedAt":1796080803188,"retryAt":1796080804730,"delayMs":1528,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"}}', 1796080804730, '{"xstate.after.backoff.step.retrying.backoff":1796080804730}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 0, 'task@1', 'failed', '{"startAt":1796080803209,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"failed":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803209,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"},"finishedAt":1796080803215}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 1, 'step@1', 'failed', '{"policy":{"maxAttempts":1},"attempt":1,"base":0,"token":"LRGpY5hWZLhbnHdG","attemptAt":1796080803209,"startedAt":1796080803209,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},"finishedAt":1796080803215}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"3PZ7wON548FclXG8","attemptAt":1796080803215,"startedAt":1796080803215,"retryAt":1796081220622,"delayMs":417398,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true}}', 1796081220622, '{"xstate.after.backoff.step.retrying.backoff":1796081220622}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 0, 'task@1', 'waiting', '{"startAt":1796080803224,"stepCount":2,"rootCount":2,"unmet":0,"lost":0,"counts":{"active":0,"waiting":2},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803224}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 500001, 'wait@1', 'waiting.children', '{"policy":{"for":"children"},"attempt":1,"startedAt":1796080803224,"total":2,"window":50,"wave":100,"tolerate":0,"next":2,"open":2}', NULL, NULL, NULL, '["child","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 500002, 'wait@1', 'waiting.listening', '{"policy":{"for":"signal","optional":true},"attempt":1,"startedAt":1796080803224,"until":1796084403224,"key":null}', 1796084403224, '{"step.deadline":1796084403224}', NULL, '["signal","default","heard",null]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (13, 0, 'task@1', 'waiting', '{"startAt":1796080803224,"stepCount":2,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"waiting":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803224}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (13, 500001, 'wait@1', 'waiting.listening', '{"policy":{"for":"sleep"},"attempt":1,"startedAt":1796080803224,"until":1796084403224}', 1796084403224, '{"step.deadline":1796084403224}', NULL, '["sleep","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (14, 0, 'task@1', 'waiting', '{"startAt":1796080803224,"stepCount":2,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"waiting":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803224}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (14, 500001, 'wait@1', 'waiting.listening', '{"policy":{"for":"sleep"},"attempt":1,"startedAt":1796080803224,"until":1796084403224}', 1796084403224, '{"step.deadline":1796084403224}', NULL, '["sleep","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 0, 'task@1', 'paused', '{"startAt":1796080803242,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1796080803242}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 1, 'step@1', 'complete', '[1,{},1,0,"y9PnNbKQTEsL2Ax4",1796080803242,1796080803242,1796080803246,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 2, 'step@1', 'complete', '[1,{},1,0,"4IAQ8jUpOFA0IuuC",1796080803246,1796080803246,1796080803250,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 3, 'step@1', 'running', '{"policy":{},"attempt":1,"base":0,"token":"IQ70ktp1f8gbWJxB","attemptAt":1796080803246,"startedAt":1796080803246,"held":true}', NULL, '{"xstate.after.timeout.step.running":1796080863246}', NULL, NULL, 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (16, 0, 'task@1', 'cancelled', '{"startAt":1796080803257,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796080803257,"finishedAt":1796080803261}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (16, 1, 'step@1', 'cancelled', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"finishedAt":1796080803261}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO journal (pos, task, seq, count, entries) VALUES (1, 1, 1, 4, '[1796080802769,[0,0,0,0,1,{"startAt":1796080802769,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.4634041973074232],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"EFC7LNiMWZ9evM6U"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (2, 1, 5, 4, '[1796080802808,[1,5,9,1,4,"EFC7LNiMWZ9evM6U","fine"],[0,9,9,0,4,"Fine","active",[]],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"G92bPVaSQukA3saj"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (3, 2, 1, 4, '[1796080802822,[0,0,0,0,1,{"startAt":1796080802822,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.8870600099114756],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"ykOY169az8q3zdPY"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (4, 2, 5, 6, '[1796080802831,[1,5,9,1,4,"ykOY169az8q3zdPY","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"Q4VtN9CWOxB5CjyY"],[3,4,3,1,2,"muXFoRQPC6UMpO9Y"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (5, 2, 11, 2, '[1796080802842,[2,5,9,1,4,"Q4VtN9CWOxB5CjyY","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (6, 3, 1, 1, '[1796080802842,[0,0,0,0,1,{"startAt":1796084402842,"stepCount":1,"rootCount":1,"unmet":0}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (7, 4, 1, 1, '[1796080803095,[0,0,0,0,1,{"startAt":1796080803095,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (8, 5, 1, 1, '[1796080803106,[0,0,0,0,1,{"startAt":1796080803106,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (9, 1, 9, 1, '[1796080803106,[1000000,6,5,1,0,"G92bPVaSQukA3saj",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.7236292553812393]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (10, 6, 1, 3, '[1796080803112,[0,0,0,0,1,{"startAt":1796080803112,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.8904389121616214],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (11, 7, 1, 4, '[1796080803119,[0,0,0,0,1,{"startAt":1796080803119,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.7899523456407411],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"ER2NXOwsn5HkHfny"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (12, 7, 5, 2, '[1796080803123,[1,5,9,1,4,"ER2NXOwsn5HkHfny","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (13, 8, 1, 4, '[1796080803149,[0,0,0,0,1,{"startAt":1796080803149,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.4100648468366508],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"iemqapi2FoKpfa9p"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (14, 8, 5, 2, '[1796080803154,[1,5,9,1,4,"iemqapi2FoKpfa9p","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (15, 9, 1, 4, '[1796080803174,[0,0,0,0,1,{"startAt":1796080803174,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.48820184088760765],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"c55bxWSJInF_SZuG"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (16, 9, 5, 2, '[1796080803179,[1,5,9,1,4,"c55bxWSJInF_SZuG","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (17, 10, 1, 4, '[1796080803188,[0,0,0,0,1,{"startAt":1796080803188,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.8974200420735965],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"Q_fEot_gbZKEPRsf"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (18, 10, 5, 2, '[1796080803202,[1,6,5,1,3,"Q_fEot_gbZKEPRsf",{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},0.5278104685007816,{"d":1528}],[0,11,4,0,3,"Bad","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (19, 11, 1, 4, '[1796080803209,[0,0,0,0,1,{"startAt":1796080803209,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.7099588919012021],[1,1,1,0,1,{"policy":{"maxAttempts":1}}],[1,4,3,1,2,"LRGpY5hWZLhbnHdG"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (20, 11, 5, 4, '[1796080803215,[1,6,8,1,5,"LRGpY5hWZLhbnHdG",{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},0.5393787290484766],[0,10,8,0,5,"Bad","active",{"name":"Error","message":"not now","code":null,"retryable":true},{"x":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"3PZ7wON548FclXG8"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (21, 12, 1, 8, '[1796080803224,[0,0,0,0,1,{"startAt":1796080803224,"stepCount":2,"rootCount":2,"unmet":0}],[0,3,3,0,2,0.4925903387795476],[500001,1,15,0,1,{"policy":{"for":"children"}}],[500002,1,15,0,1,{"policy":{"for":"signal","optional":true}}],[500001,{"type":"wait.begin","total":2,"window":50,"tolerate":0,"wave":100},"waiting.children",1,11],[500002,{"type":"wait.begin","until":1796084403224,"key":null},13,1,11],[0,15,3,0,0,"Each","active"],[0,15,12,0,11,"Heard","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (22, 13, 1, 5, '[1796080803224,[0,0,0,0,1,{"startAt":1796080803224,"stepCount":2,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.157976491608681],[500001,1,15,0,1,{"policy":{"for":"sleep"}}],[500001,14,13,1,11,1796084403224],[0,15,12,0,11,"Rest","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (23, 14, 1, 5, '[1796080803224,[0,0,0,0,1,{"startAt":1796080803224,"stepCount":2,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.46004964582738417],[500001,1,15,0,1,{"policy":{"for":"sleep"}}],[500001,14,13,1,11,1796084403224],[0,15,12,0,11,"Rest","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (24, 11, 9, 1, '[1796080803224,[1000000,6,5,1,0,"3PZ7wON548FclXG8",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.8551039133977567]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (25, 15, 1, 4, '[1796080803242,[0,0,0,0,1,{"startAt":1796080803242,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.6383340415855865],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"y9PnNbKQTEsL2Ax4"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (26, 15, 5, 6, '[1796080803246,[1,5,9,1,4,"y9PnNbKQTEsL2Ax4","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"4IAQ8jUpOFA0IuuC"],[3,4,3,1,2,"IQ70ktp1f8gbWJxB"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (27, 15, 11, 2, '[1796080803250,[2,5,9,1,4,"4IAQ8jUpOFA0IuuC","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (28, 15, 13, 2, '[1796080803253,[0,{"type":"task.pause","by":"fixture","reason":null},"paused",0,8],[3,{"type":"step.hold"},3,1,0]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (29, 16, 1, 3, '[1796080803257,[0,0,0,0,1,{"startAt":1796080803257,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.9008285548139039],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (30, 16, 4, 2, '[1796080803261,[0,{"type":"task.cancel","by":"fixture","reason":null},11,0,6],[1,{"type":"step.cancel"},11,0,6]]');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (4, 0, 'Order', 2, 'default');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (5, 0, 'Nobody', NULL, 'default');
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22ec2-1bfb-737a-b16e-69e7aafe8deb', 1, 1000000, 'default', 'task.complete', 'http://hooks.invalid/take', '{"type":"task.complete","timestamp":"2026-11-30T23:20:02.808Z","data":{"taskId":"01a22ec2-1bd4-7226-934e-38fe48002c32","name":"Fine","status":"complete","tenantId":"default","retryCount":0,"correlationId":null,"result":{"Fine":"fine"}}}', 'retrying', 1796080802808);
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22ec2-1d91-79b9-a054-1076d266cecc', 11, 1000000, 'default', 'task.failed', 'http://hooks.invalid/take', '{"type":"task.failed","timestamp":"2026-11-30T23:20:03.215Z","data":{"taskId":"01a22ec2-1d8a-7188-9b1a-db8b454ea7b4","name":"Bad","status":"failed","tenantId":"default","retryCount":0,"correlationId":null,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}}', 'retrying', 1796080803215);
INSERT INTO workflow_sources (hash, format, text) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'yaml', 'name: Filed
steps:
  - name: Only
    handler: Fine
');
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (1, 'north', 'Parted', '0.1.0', 1796080803146, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (2, 'south', 'Parted', '0.1.0', 1796080803172, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (3, 'south', 'Parted', NULL, 1796080803185, 'fixture', NULL);
INSERT INTO signals (no, tenant, name, key, task, id, at, until, by, data, taken_at) VALUES (1, 'default', 'heard', 'nobody', NULL, '01a22ec2-1da7-7a4b-9b49-7bc6aba1dbb4', 1796080803238, 1796167203238, 'fixture', '1', NULL);
PRAGMA user_version = 5;
