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
INSERT INTO meta (key, value) VALUES ('approvals', 'XFdwn7FXsnuJg_ag3W5P2Apzg3jFzfKrCzJpPymD0Vs');
INSERT INTO meta (key, value) VALUES ('node', 'bbcd1fb80f67ddec');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'Order', '0.1.0', '{"name":"Order","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Receive","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"},{"name":"Pay","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"},{"name":"Pack","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":true,"optional":false,"agent":"default","channel":null,"handler":"Slow"},{"name":"Ship","dependsOn":["Pay","Pack"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796093056242, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'Nap', '0.1.0', '{"name":"Nap","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Rest","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"troupe.sleep","sleep":3600000},{"name":"After","dependsOn":["Rest"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796093056249, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('0464b9b205f675768e14108c9ead8420caf2f27915555645e1d19f0633f551a0', 'Naps', '0.1.0', '{"name":"Naps","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Each","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"troupe.children","run":{"workflow":"Nap"},"forEach":{"items":"${payload.items}","concurrency":50,"tolerate":{"count":0},"collect":"outputs"}},{"name":"Heard","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":true,"agent":"default","channel":null,"handler":"troupe.wait","waitFor":{"signal":"heard","withinMs":3600000}}]}', 1796093056252, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'Filed', '0.1.0', '{"name":"Filed","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796093056278, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'Parted', '0.1.0', '{"name":"Parted","namespace":"north","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796093056549, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('ff56f7db41201ef563f88a9cd66f457216d8283c4758471b91e098d06d91aea1', 'Parted', '0.2.0', '{"name":"Parted","namespace":"north","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796093056553, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'Parted', '0.1.0', '{"name":"Parted","namespace":"south","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796093056569, 'south');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('6db043db5e63c4fb8ce46206484a4df6d5d65b26f24bcd924c8bf5a31cadb010', 'Parted', '0.2.0', '{"name":"Parted","namespace":"south","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796093056573, 'south');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (1, '01a22f7d-1526-7e9e-b384-af7209fee58e', 'default', 'Fine', 'handler:Fine', 'complete', 5, NULL, 'k', 'a39a31d14f84cb46743a5d10bc1cb9c5022b919b45d64b2dfda9575f43622202', 1796093056291, '{"payload":{},"notificationUrl":"http://hooks.invalid/take","tags":["a"]}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (2, '01a22f7d-1546-7014-be7d-9e9a97fc6cfe', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'running', 5, 'c', NULL, NULL, 1796093056326, '{"payload":{"kind":"running"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (3, '01a22f7d-15eb-791a-ba9c-15a41adb335e', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1796093056490, '{"payload":{"kind":"delayed"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (4, '01a22f7d-15f3-7a36-bf4b-841ad4622863', 'default', 'Fine', 'handler:Fine', 'pending', 5, 'c', NULL, NULL, 1796093056498, '{"payload":{"kind":"waiting"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (5, '01a22f7d-15f9-7d56-8442-a7482076ed3f', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1796093056504, '{"payload":{"kind":"unresolved"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (6, '01a22f7d-15fd-7201-90b4-1ae910961bb5', 'north', 'Unserved', 'handler:Unserved', 'running', 9, NULL, NULL, NULL, 1796093056508, '{"payload":{"kind":"queued"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (7, '01a22f7d-1610-75ef-92dd-307b2b559968', 'default', 'Filed', '81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'complete', 5, NULL, NULL, NULL, 1796093056528, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (8, '01a22f7d-162d-76c9-bb77-9b79582764b1', 'default', 'Parted', '88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'complete', 5, NULL, NULL, NULL, 1796093056557, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (9, '01a22f7d-1640-7008-8742-e773f25f88bf', 'default', 'Parted', '3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'complete', 5, NULL, NULL, NULL, 1796093056576, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (10, '01a22f7d-164c-741d-ae4b-93c0542cfc0e', 'default', 'Bad', 'handler:Bad', 'retrying', 5, NULL, NULL, NULL, 1796093056588, '{"payload":{"kind":"retrying"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (11, '01a22f7d-1663-79c4-a906-ee832adcef56', 'default', 'Bad', 'handler:Bad', 'failed', 5, NULL, NULL, NULL, 1796093056611, '{"payload":{},"maxRetries":0,"notificationUrl":"http://hooks.invalid/take"}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (12, '01a22f7d-1670-7e23-8b04-385fd7caca27', 'default', 'Naps', '0464b9b205f675768e14108c9ead8420caf2f27915555645e1d19f0633f551a0', 'waiting', 5, NULL, NULL, NULL, 1796093056624, '{"payload":{"items":[1,2]},"pins":{"Each":"eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (13, '01a22f7d-1674-779a-8223-b7fdf6bf1f5a', 'default', 'Nap', 'eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'waiting', 5, NULL, NULL, NULL, 1796093056624, '{"payload":{"item":1,"index":0}}', 12, 500001, 0, 0);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (14, '01a22f7d-1674-779a-8223-b7fe79a45869', 'default', 'Nap', 'eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'waiting', 5, NULL, NULL, NULL, 1796093056624, '{"payload":{"item":2,"index":1}}', 12, 500001, 1, 0);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (15, '01a22f7d-167e-7d93-9049-b7fb2cd8d59a', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'paused', 5, NULL, NULL, NULL, 1796093056637, '{"payload":{"kind":"paused"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (16, '01a22f7d-1689-7ab2-9d76-6deb3ccee62e', 'default', 'Unserved', 'handler:Unserved', 'cancelled', 5, NULL, NULL, NULL, 1796093056649, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tags (tag, task) VALUES ('a', 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 0, 'task@1', 'complete', '{"startAt":1796093056291,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056291,"finishedAt":1796093056316}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 1, 'step@1', 'complete', '[1,{"maxAttempts":4},1,0,"wSqRKSLqDE1M7CT3",1796093056291,1796093056291,1796093056316,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"R3cJ-_mrmUcPoHYw","startedAt":1796093056316,"attemptAt":1796093056316,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},"delayMs":237835,"retryAt":1796093294325}', 1796093294325, '{"xstate.after.backoff.step.retrying.backoff":1796093294325}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 0, 'task@1', 'running', '{"startAt":1796093056326,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1796093056326}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 1, 'step@1', 'complete', '[1,{},1,0,"u8o6psq7GR_a2Tza",1796093056326,1796093056326,1796093056466,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 2, 'step@1', 'complete', '[1,{},1,0,"Ublfm8oN2-NA-AYx",1796093056466,1796093056466,1796093056490,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 3, 'step@1', 'running', '[0,{},1,0,"2zE2lququomLOVAM",1796093056466,1796093056466]', NULL, '{"xstate.after.timeout.step.running":1796093116466}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (3, 0, 'task@1', 'pending', '{"startAt":1796096656490,"delayed":true,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', 1796096656490, '{"xstate.after.delay.task.pending":1796096656490}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (4, 0, 'task@1', 'pending', '{"startAt":1796093056498,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (5, 0, 'task@1', 'pending', '{"startAt":1796093056504,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (6, 0, 'task@1', 'running', '{"startAt":1796093056508,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056508}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (6, 1, 'step@1', 'pending.queued', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"queuedAt":1796093056508}', NULL, NULL, '[9,"Unserved","north"]', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (7, 0, 'task@1', 'complete', '{"startAt":1796093056528,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056528,"finishedAt":1796093056541}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (7, 1, 'step@1', 'complete', '[1,{},1,0,"1_60-l_B7gdgnsQG",1796093056528,1796093056528,1796093056541,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (8, 0, 'task@1', 'complete', '{"startAt":1796093056557,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056557,"finishedAt":1796093056560}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (8, 1, 'step@1', 'complete', '[1,{},1,0,"hFoPYiiZFS0vT_6R",1796093056557,1796093056557,1796093056560,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (9, 0, 'task@1', 'complete', '{"startAt":1796093056576,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056576,"finishedAt":1796093056579}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (9, 1, 'step@1', 'complete', '[1,{},1,0,"58qh_JiLR6zcnRDl",1796093056576,1796093056576,1796093056579,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (10, 0, 'task@1', 'retrying', '{"startAt":1796093056588,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"backoff":1},"met":{},"halted":0,"retryCount":1,"startedAt":1796093056588}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (10, 1, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":4},"attempt":1,"base":0,"token":"ePO62b96T1TTk_mG","attemptAt":1796093056588,"startedAt":1796093056588,"retryAt":1796093058308,"delayMs":1704,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"}}', 1796093058308, '{"xstate.after.backoff.step.retrying.backoff":1796093058308}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 0, 'task@1', 'failed', '{"startAt":1796093056611,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"failed":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056611,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"},"finishedAt":1796093056616}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 1, 'step@1', 'failed', '{"policy":{"maxAttempts":1},"attempt":1,"base":0,"token":"ZyWkAc8eZscDkCzL","attemptAt":1796093056611,"startedAt":1796093056611,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},"finishedAt":1796093056616}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"oaUmftqvHr_eyKZo","attemptAt":1796093056616,"startedAt":1796093056616,"retryAt":1796093302504,"delayMs":245880,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true}}', 1796093302504, '{"xstate.after.backoff.step.retrying.backoff":1796093302504}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 0, 'task@1', 'waiting', '{"startAt":1796093056624,"stepCount":2,"rootCount":2,"unmet":0,"lost":0,"counts":{"active":0,"waiting":2},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056624}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 500001, 'wait@1', 'waiting.children', '{"policy":{"for":"children"},"attempt":1,"startedAt":1796093056624,"total":2,"window":50,"wave":100,"tolerate":0,"next":2,"open":2}', NULL, NULL, NULL, '["child","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 500002, 'wait@1', 'waiting.listening', '{"policy":{"for":"signal","optional":true},"attempt":1,"startedAt":1796093056624,"until":1796096656624,"key":null}', 1796096656624, '{"step.deadline":1796096656624}', NULL, '["signal","default","heard",null]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (13, 0, 'task@1', 'waiting', '{"startAt":1796093056624,"stepCount":2,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"waiting":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056624}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (13, 500001, 'wait@1', 'waiting.listening', '{"policy":{"for":"sleep"},"attempt":1,"startedAt":1796093056624,"until":1796096656624}', 1796096656624, '{"step.deadline":1796096656624}', NULL, '["sleep","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (14, 0, 'task@1', 'waiting', '{"startAt":1796093056624,"stepCount":2,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"waiting":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056624}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (14, 500001, 'wait@1', 'waiting.listening', '{"policy":{"for":"sleep"},"attempt":1,"startedAt":1796093056624,"until":1796096656624}', 1796096656624, '{"step.deadline":1796096656624}', NULL, '["sleep","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 0, 'task@1', 'paused', '{"startAt":1796093056637,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1796093056637}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 1, 'step@1', 'complete', '[1,{},1,0,"nBkq2jtTkPrmkznO",1796093056637,1796093056637,1796093056640,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 2, 'step@1', 'complete', '[1,{},1,0,"wQCA-Tl0JjHs12I8",1796093056640,1796093056640,1796093056642,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 3, 'step@1', 'running', '{"policy":{},"attempt":1,"base":0,"token":"X5slvagS8sx8cJiu","attemptAt":1796093056640,"startedAt":1796093056640,"held":true}', NULL, '{"xstate.after.timeout.step.running":1796093116640}', NULL, NULL, 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (16, 0, 'task@1', 'cancelled', '{"startAt":1796093056649,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796093056649,"finishedAt":1796093056651}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (16, 1, 'step@1', 'cancelled', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"finishedAt":1796093056651}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO journal (pos, task, seq, count, entries) VALUES (1, 1, 1, 4, '[1796093056291,[0,0,0,0,1,{"startAt":1796093056291,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.11882475125361469],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"wSqRKSLqDE1M7CT3"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (2, 1, 5, 4, '[1796093056316,[1,5,9,1,4,"wSqRKSLqDE1M7CT3","fine"],[0,9,9,0,4,"Fine","active",[]],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"R3cJ-_mrmUcPoHYw"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (3, 2, 1, 4, '[1796093056326,[0,0,0,0,1,{"startAt":1796093056326,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.10819846993604365],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"u8o6psq7GR_a2Tza"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (4, 2, 5, 6, '[1796093056466,[1,5,9,1,4,"u8o6psq7GR_a2Tza","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"Ublfm8oN2-NA-AYx"],[3,4,3,1,2,"2zE2lququomLOVAM"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (5, 2, 11, 2, '[1796093056490,[2,5,9,1,4,"Ublfm8oN2-NA-AYx","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (6, 3, 1, 1, '[1796093056490,[0,0,0,0,1,{"startAt":1796096656490,"stepCount":1,"rootCount":1,"unmet":0}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (7, 1, 9, 1, '[1796093056490,[1000000,6,5,1,0,"R3cJ-_mrmUcPoHYw",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.05704415369082039]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (8, 4, 1, 1, '[1796093056498,[0,0,0,0,1,{"startAt":1796093056498,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (9, 5, 1, 1, '[1796093056504,[0,0,0,0,1,{"startAt":1796093056504,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (10, 6, 1, 3, '[1796093056508,[0,0,0,0,1,{"startAt":1796093056508,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.7977729859861304],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (11, 7, 1, 4, '[1796093056528,[0,0,0,0,1,{"startAt":1796093056528,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.02733905705565176],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"1_60-l_B7gdgnsQG"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (12, 7, 5, 2, '[1796093056541,[1,5,9,1,4,"1_60-l_B7gdgnsQG","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (13, 8, 1, 4, '[1796093056557,[0,0,0,0,1,{"startAt":1796093056557,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.12435124305277312],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"hFoPYiiZFS0vT_6R"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (14, 8, 5, 2, '[1796093056560,[1,5,9,1,4,"hFoPYiiZFS0vT_6R","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (15, 9, 1, 4, '[1796093056576,[0,0,0,0,1,{"startAt":1796093056576,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.3223733062291736],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"58qh_JiLR6zcnRDl"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (16, 9, 5, 2, '[1796093056579,[1,5,9,1,4,"58qh_JiLR6zcnRDl","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (17, 10, 1, 4, '[1796093056588,[0,0,0,0,1,{"startAt":1796093056588,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.0759799918764601],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"ePO62b96T1TTk_mG"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (18, 10, 5, 2, '[1796093056604,[1,6,5,1,3,"ePO62b96T1TTk_mG",{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},0.7035702419988128,{"d":1704}],[0,11,4,0,3,"Bad","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (19, 11, 1, 4, '[1796093056611,[0,0,0,0,1,{"startAt":1796093056611,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.6779491952038856],[1,1,1,0,1,{"policy":{"maxAttempts":1}}],[1,4,3,1,2,"ZyWkAc8eZscDkCzL"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (20, 11, 5, 4, '[1796093056616,[1,6,8,1,5,"ZyWkAc8eZscDkCzL",{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},0.7225013530822675],[0,10,8,0,5,"Bad","active",{"name":"Error","message":"not now","code":null,"retryable":true},{"x":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"oaUmftqvHr_eyKZo"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (21, 12, 1, 8, '[1796093056624,[0,0,0,0,1,{"startAt":1796093056624,"stepCount":2,"rootCount":2,"unmet":0}],[0,3,3,0,2,0.728193722230803],[500001,1,15,0,1,{"policy":{"for":"children"}}],[500002,1,15,0,1,{"policy":{"for":"signal","optional":true}}],[500001,{"type":"wait.begin","total":2,"window":50,"tolerate":0,"wave":100},"waiting.children",1,11],[500002,{"type":"wait.begin","until":1796096656624,"key":null},13,1,11],[0,15,3,0,0,"Each","active"],[0,15,12,0,11,"Heard","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (22, 13, 1, 5, '[1796093056624,[0,0,0,0,1,{"startAt":1796093056624,"stepCount":2,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.08862591729677627],[500001,1,15,0,1,{"policy":{"for":"sleep"}}],[500001,14,13,1,11,1796096656624],[0,15,12,0,11,"Rest","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (23, 14, 1, 5, '[1796093056624,[0,0,0,0,1,{"startAt":1796093056624,"stepCount":2,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.0807866717021739],[500001,1,15,0,1,{"policy":{"for":"sleep"}}],[500001,14,13,1,11,1796096656624],[0,15,12,0,11,"Rest","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (24, 11, 9, 1, '[1796093056624,[1000000,6,5,1,0,"oaUmftqvHr_eyKZo",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.09279860084638236]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (25, 15, 1, 4, '[1796093056637,[0,0,0,0,1,{"startAt":1796093056637,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.21304037696626565],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"nBkq2jtTkPrmkznO"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (26, 15, 5, 6, '[1796093056640,[1,5,9,1,4,"nBkq2jtTkPrmkznO","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"wQCA-Tl0JjHs12I8"],[3,4,3,1,2,"X5slvagS8sx8cJiu"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (27, 15, 11, 2, '[1796093056642,[2,5,9,1,4,"wQCA-Tl0JjHs12I8","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (28, 15, 13, 2, '[1796093056646,[0,{"type":"task.pause","by":"fixture","reason":null},"paused",0,8],[3,{"type":"step.hold"},3,1,0]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (29, 16, 1, 3, '[1796093056649,[0,0,0,0,1,{"startAt":1796093056649,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.0727008822520967],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (30, 16, 4, 2, '[1796093056651,[0,{"type":"task.cancel","by":"fixture","reason":null},11,0,6],[1,{"type":"step.cancel"},11,0,6]]');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (4, 0, 'Order', 2, 'default');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (5, 0, 'Nobody', NULL, 'default');
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22f7d-153e-783a-a8c7-167f57e8da36', 1, 1000000, 'default', 'task.complete', 'http://hooks.invalid/take', '{"type":"task.complete","timestamp":"2026-12-01T02:44:16.316Z","data":{"taskId":"01a22f7d-1526-7e9e-b384-af7209fee58e","name":"Fine","status":"complete","tenantId":"default","retryCount":0,"correlationId":null,"result":{"Fine":"fine"}}}', 'retrying', 1796093056316);
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22f7d-1669-7baf-8424-a99bb86bd05d', 11, 1000000, 'default', 'task.failed', 'http://hooks.invalid/take', '{"type":"task.failed","timestamp":"2026-12-01T02:44:16.616Z","data":{"taskId":"01a22f7d-1663-79c4-a906-ee832adcef56","name":"Bad","status":"failed","tenantId":"default","retryCount":0,"correlationId":null,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}}', 'retrying', 1796093056616);
INSERT INTO workflow_sources (hash, format, text) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'yaml', 'name: Filed
steps:
  - name: Only
    handler: Fine
');
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (1, 'north', 'Parted', '0.1.0', 1796093056555, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (2, 'south', 'Parted', '0.1.0', 1796093056574, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (3, 'south', 'Parted', NULL, 1796093056585, 'fixture', NULL);
INSERT INTO signals (no, tenant, name, key, task, id, at, until, by, data, taken_at) VALUES (1, 'default', 'heard', 'nobody', NULL, '01a22f7d-167b-7384-9541-0ebd4c5c7fe2', 1796093056635, 1796179456635, 'fixture', '1', NULL);
PRAGMA user_version = 5;
