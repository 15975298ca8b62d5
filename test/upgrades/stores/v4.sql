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
    queue TEXT, awaits TEXT,
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
CREATE INDEX tasks_status ON tasks (status, tenant, no);
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
INSERT INTO meta (key, value) VALUES ('approvals', 'gI2SxWbjUxObhQs_2JZu-e1nAVP-Gb0Yn6O7whsjHsA');
INSERT INTO meta (key, value) VALUES ('node', '5103ee8b4dfc834a');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'Order', '0.1.0', '{"name":"Order","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Receive","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"},{"name":"Pay","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"},{"name":"Pack","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":true,"optional":false,"agent":"default","channel":null,"handler":"Slow"},{"name":"Ship","dependsOn":["Pay","Pack"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796056334914, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'Nap', '0.1.0', '{"name":"Nap","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Rest","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"troupe.sleep","sleep":3600000},{"name":"After","dependsOn":["Rest"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796056334919, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('0464b9b205f675768e14108c9ead8420caf2f27915555645e1d19f0633f551a0', 'Naps', '0.1.0', '{"name":"Naps","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Each","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"troupe.children","run":{"workflow":"Nap"},"forEach":{"items":"${payload.items}","concurrency":50,"tolerate":{"count":0},"collect":"outputs"}},{"name":"Heard","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":true,"agent":"default","channel":null,"handler":"troupe.wait","waitFor":{"signal":"heard","withinMs":3600000}}]}', 1796056334921, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'Filed', '0.1.0', '{"name":"Filed","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796056334936, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'Parted', '0.1.0', '{"name":"Parted","namespace":"north","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796056335092, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('ff56f7db41201ef563f88a9cd66f457216d8283c4758471b91e098d06d91aea1', 'Parted', '0.2.0', '{"name":"Parted","namespace":"north","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796056335095, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'Parted', '0.1.0', '{"name":"Parted","namespace":"south","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796056335109, 'south');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('6db043db5e63c4fb8ce46206484a4df6d5d65b26f24bcd924c8bf5a31cadb010', 'Parted', '0.2.0', '{"name":"Parted","namespace":"south","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796056335112, 'south');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (1, '01a22d4c-c262-7495-80fd-548f7d11df14', 'default', 'Fine', 'handler:Fine', 'complete', 5, NULL, 'k', 'a39a31d14f84cb46743a5d10bc1cb9c5022b919b45d64b2dfda9575f43622202', 1796056334945, '{"payload":{},"notificationUrl":"http://hooks.invalid/take","tags":["a"]}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (2, '01a22d4c-c274-70de-aa3c-8710a25ccb0f', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'running', 5, 'c', NULL, NULL, 1796056334964, '{"payload":{"kind":"running"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (3, '01a22d4c-c2dc-7dba-aeb3-8287445d9f6b', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1796056335068, '{"payload":{"kind":"delayed"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (4, '01a22d4c-c2e0-7f57-b540-8c568e29224d', 'default', 'Fine', 'handler:Fine', 'pending', 5, 'c', NULL, NULL, 1796056335072, '{"payload":{"kind":"waiting"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (5, '01a22d4c-c2e3-7601-9ec1-bb013d257fff', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1796056335075, '{"payload":{"kind":"unresolved"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (6, '01a22d4c-c2e6-7d3c-82d8-3510afe0ec1c', 'north', 'Unserved', 'handler:Unserved', 'running', 9, NULL, NULL, NULL, 1796056335077, '{"payload":{"kind":"queued"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (7, '01a22d4c-c2e9-7754-a31e-99a6f6e9f9bf', 'default', 'Filed', '81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'complete', 5, NULL, NULL, NULL, 1796056335081, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (8, '01a22d4c-c2fc-7a71-94fd-579063b6e19e', 'default', 'Parted', '88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'complete', 5, NULL, NULL, NULL, 1796056335100, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (9, '01a22d4c-c30b-73d2-9c6d-361b38cc032d', 'default', 'Parted', '3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'complete', 5, NULL, NULL, NULL, 1796056335115, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (10, '01a22d4c-c316-7edf-b0e0-946f6b66795e', 'default', 'Bad', 'handler:Bad', 'retrying', 5, NULL, NULL, NULL, 1796056335126, '{"payload":{"kind":"retrying"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (11, '01a22d4c-c325-72f3-962c-5bb50b0e096c', 'default', 'Bad', 'handler:Bad', 'failed', 5, NULL, NULL, NULL, 1796056335141, '{"payload":{},"maxRetries":0,"notificationUrl":"http://hooks.invalid/take"}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (12, '01a22d4c-c331-71a4-8604-388978825e6a', 'default', 'Naps', '0464b9b205f675768e14108c9ead8420caf2f27915555645e1d19f0633f551a0', 'waiting', 5, NULL, NULL, NULL, 1796056335153, '{"payload":{"items":[1,2]},"pins":{"Each":"eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (13, '01a22d4c-c333-7034-853a-f4bb210bc716', 'default', 'Nap', 'eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'waiting', 5, NULL, NULL, NULL, 1796056335153, '{"payload":{"item":1,"index":0}}', 12, 500001, 0, 0);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (14, '01a22d4c-c334-7dab-a69a-62349b416f04', 'default', 'Nap', 'eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'waiting', 5, NULL, NULL, NULL, 1796056335153, '{"payload":{"item":2,"index":1}}', 12, 500001, 1, 0);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (15, '01a22d4c-c33b-7ac9-8157-1e19f692b7a7', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'paused', 5, NULL, NULL, NULL, 1796056335163, '{"payload":{"kind":"paused"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (16, '01a22d4c-c346-7aa7-9f4c-b9329029de19', 'default', 'Unserved', 'handler:Unserved', 'cancelled', 5, NULL, NULL, NULL, 1796056335173, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tags (tag, task) VALUES ('a', 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (1, 0, 'task@1', 'complete', '{"startAt":1796056334945,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056334945,"finishedAt":1796056334958}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (1, 1, 'step@1', 'complete', '[1,{"maxAttempts":4},1,0,"RmHKIgZDyBlRZHIA",1796056334945,1796056334945,1796056334958,"fine"]', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (1, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"EdqMBRBw1R8Xa-YL","startedAt":1796056334958,"attemptAt":1796056334958,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},"delayMs":402595,"retryAt":1796056737663}', 1796056737663, '{"xstate.after.backoff.step.retrying.backoff":1796056737663}', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (2, 0, 'task@1', 'running', '{"startAt":1796056334964,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1796056334964}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (2, 1, 'step@1', 'complete', '[1,{},1,0,"6PRyDHFepi4OJKTm",1796056334964,1796056334964,1796056334968,"fine"]', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (2, 2, 'step@1', 'complete', '[1,{},1,0,"-kpJo84T9wHANz0e",1796056334968,1796056334968,1796056335061,"fine"]', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (2, 3, 'step@1', 'running', '[0,{},1,0,"_cyxR7-3ShHnQYgJ",1796056334968,1796056334968]', NULL, '{"xstate.after.timeout.step.running":1796056394968}', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (3, 0, 'task@1', 'pending', '{"startAt":1796059935068,"delayed":true,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', 1796059935068, '{"xstate.after.delay.task.pending":1796059935068}', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (4, 0, 'task@1', 'pending', '{"startAt":1796056335072,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (5, 0, 'task@1', 'pending', '{"startAt":1796056335075,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (6, 0, 'task@1', 'running', '{"startAt":1796056335077,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335077}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (6, 1, 'step@1', 'pending.queued', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"queuedAt":1796056335077}', NULL, NULL, '[9,"Unserved","north"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (7, 0, 'task@1', 'complete', '{"startAt":1796056335081,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335081,"finishedAt":1796056335083}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (7, 1, 'step@1', 'complete', '[1,{},1,0,"eA8q27-2aO-Hzr-s",1796056335081,1796056335081,1796056335083,"fine"]', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (8, 0, 'task@1', 'complete', '{"startAt":1796056335100,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335100,"finishedAt":1796056335102}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (8, 1, 'step@1', 'complete', '[1,{},1,0,"T6XAcd844PDDoAW9",1796056335100,1796056335100,1796056335102,"fine"]', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (9, 0, 'task@1', 'complete', '{"startAt":1796056335115,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335115,"finishedAt":1796056335118}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (9, 1, 'step@1', 'complete', '[1,{},1,0,"tZU68N4lGFjvPC2m",1796056335115,1796056335115,1796056335118,"fine"]', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (10, 0, 'task@1', 'retrying', '{"startAt":1796056335126,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"backoff":1},"met":{},"halted":0,"retryCount":1,"startedAt":1796056335126}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (10, 1, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":4},"attempt":1,"base":0,"token":"RXBs1t8Tcfg_7U2M","attemptAt":1796056335126,"startedAt":1796056335126,"retryAt":1796056337070,"delayMs":1935,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:176:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:40:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:28:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"}}', 1796056337070, '{"xstate.after.backoff.step.retrying.backoff":1796056337070}', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (11, 0, 'task@1', 'failed', '{"startAt":1796056335141,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"failed":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335141,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"},"finishedAt":1796056335144}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (11, 1, 'step@1', 'failed', '{"policy":{"maxAttempts":1},"attempt":1,"base":0,"token":"lNSa13xzuGBY-AMK","attemptAt":1796056335141,"startedAt":1796056335141,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:176:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:40:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:28:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},"finishedAt":1796056335144}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (11, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"YKEAzwTf6X8LY5dA","attemptAt":1796056335144,"startedAt":1796056335144,"retryAt":1796056680819,"delayMs":345669,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true}}', 1796056680819, '{"xstate.after.backoff.step.retrying.backoff":1796056680819}', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (12, 0, 'task@1', 'waiting', '{"startAt":1796056335153,"stepCount":2,"rootCount":2,"unmet":0,"lost":0,"counts":{"active":0,"waiting":2},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335153}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (12, 500001, 'wait@1', 'waiting.children', '{"policy":{"for":"children"},"attempt":1,"startedAt":1796056335153,"total":2,"window":50,"wave":100,"tolerate":0,"next":2,"open":2}', NULL, NULL, NULL, '["child","default"]');
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (12, 500002, 'wait@1', 'waiting.listening', '{"policy":{"for":"signal","optional":true},"attempt":1,"startedAt":1796056335153,"until":1796059935153,"key":null}', 1796059935153, '{"step.deadline":1796059935153}', NULL, '["signal","default","heard",null]');
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (13, 0, 'task@1', 'waiting', '{"startAt":1796056335153,"stepCount":2,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"waiting":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335153}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (13, 500001, 'wait@1', 'waiting.listening', '{"policy":{"for":"sleep"},"attempt":1,"startedAt":1796056335153,"until":1796059935153}', 1796059935153, '{"step.deadline":1796059935153}', NULL, '["sleep","default"]');
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (14, 0, 'task@1', 'waiting', '{"startAt":1796056335153,"stepCount":2,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"waiting":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335153}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (14, 500001, 'wait@1', 'waiting.listening', '{"policy":{"for":"sleep"},"attempt":1,"startedAt":1796056335153,"until":1796059935153}', 1796059935153, '{"step.deadline":1796059935153}', NULL, '["sleep","default"]');
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (15, 0, 'task@1', 'paused', '{"startAt":1796056335163,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1796056335163}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (15, 1, 'step@1', 'complete', '[1,{},1,0,"w-BIJknyvczjeb4k",1796056335163,1796056335163,1796056335166,"fine"]', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (15, 2, 'step@1', 'complete', '[1,{},1,0,"_g6-DJNB3yOIoQTA",1796056335166,1796056335166,1796056335167,"fine"]', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (15, 3, 'step@1', 'running', '{"policy":{},"attempt":1,"base":0,"token":"QiD2uD0D3mWQkhC8","attemptAt":1796056335166,"startedAt":1796056335166,"held":true}', NULL, '{"xstate.after.timeout.step.running":1796056395166}', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (16, 0, 'task@1', 'cancelled', '{"startAt":1796056335173,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796056335173,"finishedAt":1796056335175}', NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits) VALUES (16, 1, 'step@1', 'cancelled', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"finishedAt":1796056335175}', NULL, NULL, NULL, NULL);
INSERT INTO journal (pos, task, seq, count, entries) VALUES (1, 1, 1, 4, '[1796056334945,[0,0,0,0,1,{"startAt":1796056334945,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.678331558728271],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"RmHKIgZDyBlRZHIA"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (2, 1, 5, 4, '[1796056334958,[1,5,9,1,4,"RmHKIgZDyBlRZHIA","fine"],[0,9,9,0,4,"Fine","active",[]],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"EdqMBRBw1R8Xa-YL"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (3, 2, 1, 4, '[1796056334964,[0,0,0,0,1,{"startAt":1796056334964,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.24153102136250926],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"6PRyDHFepi4OJKTm"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (4, 2, 5, 6, '[1796056334968,[1,5,9,1,4,"6PRyDHFepi4OJKTm","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"-kpJo84T9wHANz0e"],[3,4,3,1,2,"_cyxR7-3ShHnQYgJ"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (5, 2, 11, 2, '[1796056335061,[2,5,9,1,4,"-kpJo84T9wHANz0e","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (6, 3, 1, 1, '[1796056335068,[0,0,0,0,1,{"startAt":1796059935068,"stepCount":1,"rootCount":1,"unmet":0}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (7, 1, 9, 1, '[1796056335068,[1000000,6,5,1,0,"EdqMBRBw1R8Xa-YL",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.789311093459869]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (8, 4, 1, 1, '[1796056335072,[0,0,0,0,1,{"startAt":1796056335072,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (9, 5, 1, 1, '[1796056335075,[0,0,0,0,1,{"startAt":1796056335075,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (10, 6, 1, 3, '[1796056335077,[0,0,0,0,1,{"startAt":1796056335077,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.07069853592374775],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (11, 7, 1, 4, '[1796056335081,[0,0,0,0,1,{"startAt":1796056335081,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.2939513041885893],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"eA8q27-2aO-Hzr-s"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (12, 7, 5, 2, '[1796056335083,[1,5,9,1,4,"eA8q27-2aO-Hzr-s","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (13, 8, 1, 4, '[1796056335100,[0,0,0,0,1,{"startAt":1796056335100,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.17410569907807116],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"T6XAcd844PDDoAW9"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (14, 8, 5, 2, '[1796056335102,[1,5,9,1,4,"T6XAcd844PDDoAW9","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (15, 9, 1, 4, '[1796056335115,[0,0,0,0,1,{"startAt":1796056335115,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.9527333472873538],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"tZU68N4lGFjvPC2m"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (16, 9, 5, 2, '[1796056335118,[1,5,9,1,4,"tZU68N4lGFjvPC2m","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (17, 10, 1, 4, '[1796056335126,[0,0,0,0,1,{"startAt":1796056335126,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.47227998430637563],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"RXBs1t8Tcfg_7U2M"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (18, 10, 5, 2, '[1796056335135,[1,6,5,1,3,"RXBs1t8Tcfg_7U2M",{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:176:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:40:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:28:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},0.9352529516581511,{"d":1935}],[0,11,4,0,3,"Bad","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (19, 11, 1, 4, '[1796056335141,[0,0,0,0,1,{"startAt":1796056335141,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.26811693010847537],[1,1,1,0,1,{"policy":{"maxAttempts":1}}],[1,4,3,1,2,"lNSa13xzuGBY-AMK"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (20, 11, 5, 4, '[1796056335144,[1,6,8,1,5,"lNSa13xzuGBY-AMK",{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:176:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:40:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:28:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},0.3943022262526128],[0,10,8,0,5,"Bad","active",{"name":"Error","message":"not now","code":null,"retryable":true},{"x":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"YKEAzwTf6X8LY5dA"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (21, 11, 9, 1, '[1796056335150,[1000000,6,5,1,0,"YKEAzwTf6X8LY5dA",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.5363051486654722]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (22, 12, 1, 8, '[1796056335153,[0,0,0,0,1,{"startAt":1796056335153,"stepCount":2,"rootCount":2,"unmet":0}],[0,3,3,0,2,0.06514882905747599],[500001,1,15,0,1,{"policy":{"for":"children"}}],[500002,1,15,0,1,{"policy":{"for":"signal","optional":true}}],[500001,{"type":"wait.begin","total":2,"window":50,"tolerate":0,"wave":100},"waiting.children",1,11],[500002,{"type":"wait.begin","until":1796059935153,"key":null},13,1,11],[0,15,3,0,0,"Each","active"],[0,15,12,0,11,"Heard","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (23, 13, 1, 5, '[1796056335153,[0,0,0,0,1,{"startAt":1796056335153,"stepCount":2,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.436230416544928],[500001,1,15,0,1,{"policy":{"for":"sleep"}}],[500001,14,13,1,11,1796059935153],[0,15,12,0,11,"Rest","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (24, 14, 1, 5, '[1796056335153,[0,0,0,0,1,{"startAt":1796056335153,"stepCount":2,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.525285121738239],[500001,1,15,0,1,{"policy":{"for":"sleep"}}],[500001,14,13,1,11,1796059935153],[0,15,12,0,11,"Rest","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (25, 15, 1, 4, '[1796056335163,[0,0,0,0,1,{"startAt":1796056335163,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.6249971940023487],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"w-BIJknyvczjeb4k"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (26, 15, 5, 6, '[1796056335166,[1,5,9,1,4,"w-BIJknyvczjeb4k","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"_g6-DJNB3yOIoQTA"],[3,4,3,1,2,"QiD2uD0D3mWQkhC8"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (27, 15, 11, 2, '[1796056335167,[2,5,9,1,4,"_g6-DJNB3yOIoQTA","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (28, 15, 13, 2, '[1796056335171,[0,{"type":"task.pause","by":"fixture","reason":null},"paused",0,8],[3,{"type":"step.hold"},3,1,0]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (29, 16, 1, 3, '[1796056335173,[0,0,0,0,1,{"startAt":1796056335173,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.5568047273191667],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (30, 16, 4, 2, '[1796056335175,[0,{"type":"task.cancel","by":"fixture","reason":null},11,0,6],[1,{"type":"step.cancel"},11,0,6]]');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (4, 0, 'Order', 2, 'default');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (5, 0, 'Nobody', NULL, 'default');
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22d4c-c26f-79ca-9dd8-8a862d19e958', 1, 1000000, 'default', 'task.complete', 'http://hooks.invalid/take', '{"type":"task.complete","timestamp":"2026-11-30T16:32:14.958Z","data":{"taskId":"01a22d4c-c262-7495-80fd-548f7d11df14","name":"Fine","status":"complete","tenantId":"default","retryCount":0,"correlationId":null,"result":{"Fine":"fine"}}}', 'retrying', 1796056334958);
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22d4c-c329-7841-bec5-0c61af51453b', 11, 1000000, 'default', 'task.failed', 'http://hooks.invalid/take', '{"type":"task.failed","timestamp":"2026-11-30T16:32:15.144Z","data":{"taskId":"01a22d4c-c325-72f3-962c-5bb50b0e096c","name":"Bad","status":"failed","tenantId":"default","retryCount":0,"correlationId":null,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}}', 'retrying', 1796056335144);
INSERT INTO workflow_sources (hash, format, text) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'yaml', 'name: Filed
steps:
  - name: Only
    handler: Fine
');
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (1, 'north', 'Parted', '0.1.0', 1796056335097, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (2, 'south', 'Parted', '0.1.0', 1796056335114, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (3, 'south', 'Parted', NULL, 1796056335124, 'fixture', NULL);
INSERT INTO signals (no, tenant, name, key, task, id, at, until, by, data, taken_at) VALUES (1, 'default', 'heard', 'nobody', NULL, '01a22d4c-c339-71f2-9aaf-18cd9eceeac1', 1796056335160, 1796142735160, 'fixture', '1', NULL);
PRAGMA user_version = 4;
