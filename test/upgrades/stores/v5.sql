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
INSERT INTO meta (key, value) VALUES ('approvals', '-HVcDblhStZguurCLn73fXg1fttFBIl0_3QM8LS7gXc');
INSERT INTO meta (key, value) VALUES ('node', 'b99da237fa6099b4');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'Order', '0.1.0', '{"name":"Order","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Receive","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"},{"name":"Pay","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"},{"name":"Pack","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":true,"optional":false,"agent":"default","channel":null,"handler":"Slow"},{"name":"Ship","dependsOn":["Pay","Pack"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796078789089, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'Nap', '0.1.0', '{"name":"Nap","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Rest","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"troupe.sleep","sleep":3600000},{"name":"After","dependsOn":["Rest"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796078789108, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('0464b9b205f675768e14108c9ead8420caf2f27915555645e1d19f0633f551a0', 'Naps', '0.1.0', '{"name":"Naps","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Each","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"troupe.children","run":{"workflow":"Nap"},"forEach":{"items":"${payload.items}","concurrency":50,"tolerate":{"count":0},"collect":"outputs"}},{"name":"Heard","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":true,"agent":"default","channel":null,"handler":"troupe.wait","waitFor":{"signal":"heard","withinMs":3600000}}]}', 1796078789126, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'Filed', '0.1.0', '{"name":"Filed","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796078789208, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'Parted', '0.1.0', '{"name":"Parted","namespace":"north","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796078789528, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('ff56f7db41201ef563f88a9cd66f457216d8283c4758471b91e098d06d91aea1', 'Parted', '0.2.0', '{"name":"Parted","namespace":"north","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796078789534, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'Parted', '0.1.0', '{"name":"Parted","namespace":"south","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796078789561, 'south');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('6db043db5e63c4fb8ce46206484a4df6d5d65b26f24bcd924c8bf5a31cadb010', 'Parted', '0.2.0', '{"name":"Parted","namespace":"south","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null,"handler":"Fine"}]}', 1796078789567, 'south');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (1, '01a22ea3-626e-7107-ba6e-d0758fd8b0e8', 'default', 'Fine', 'handler:Fine', 'complete', 5, NULL, 'k', 'a39a31d14f84cb46743a5d10bc1cb9c5022b919b45d64b2dfda9575f43622202', 1796078789228, '{"payload":{},"notificationUrl":"http://hooks.invalid/take","tags":["a"]}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (2, '01a22ea3-62a6-75fd-b96b-4ad216e503c7', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'running', 5, 'c', NULL, NULL, 1796078789285, '{"payload":{"kind":"running"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (3, '01a22ea3-636e-72d3-b5af-a9b0d6ff23e5', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1796078789485, '{"payload":{"kind":"delayed"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (4, '01a22ea3-6375-7c1e-8084-9622ce99e6e9', 'default', 'Fine', 'handler:Fine', 'pending', 5, 'c', NULL, NULL, 1796078789492, '{"payload":{"kind":"waiting"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (5, '01a22ea3-637b-731b-9c0a-c43d77437444', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1796078789499, '{"payload":{"kind":"unresolved"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (6, '01a22ea3-6381-7ee1-9922-c28501edfbc3', 'north', 'Unserved', 'handler:Unserved', 'running', 9, NULL, NULL, NULL, 1796078789504, '{"payload":{"kind":"queued"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (7, '01a22ea3-6388-79cc-8c67-4dc0befd000e', 'default', 'Filed', '81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'complete', 5, NULL, NULL, NULL, 1796078789512, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (8, '01a22ea3-63a9-7e1e-91d2-f96e213eaa7c', 'default', 'Parted', '88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'complete', 5, NULL, NULL, NULL, 1796078789545, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (9, '01a22ea3-63c6-7d2a-aa4a-c8beb78474f0', 'default', 'Parted', '3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'complete', 5, NULL, NULL, NULL, 1796078789574, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (10, '01a22ea3-63dc-7135-a799-7b973dc3c854', 'default', 'Bad', 'handler:Bad', 'retrying', 5, NULL, NULL, NULL, 1796078789596, '{"payload":{"kind":"retrying"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (11, '01a22ea3-63f0-7185-b094-b62a0193d6f4', 'default', 'Bad', 'handler:Bad', 'failed', 5, NULL, NULL, NULL, 1796078789616, '{"payload":{},"maxRetries":0,"notificationUrl":"http://hooks.invalid/take"}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (12, '01a22ea3-6400-7dfb-b3f6-b930a36f2d0b', 'default', 'Naps', '0464b9b205f675768e14108c9ead8420caf2f27915555645e1d19f0633f551a0', 'waiting', 5, NULL, NULL, NULL, 1796078789631, '{"payload":{"items":[1,2]},"pins":{"Each":"eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (13, '01a22ea3-6409-7779-bc41-bd89cfcd5fc0', 'default', 'Nap', 'eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'waiting', 5, NULL, NULL, NULL, 1796078789631, '{"payload":{"item":1,"index":0}}', 12, 500001, 0, 0);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (14, '01a22ea3-640a-7b89-8a2c-5383dbec990d', 'default', 'Nap', 'eae28127a2072127329d19262edd475a9ae4c97776f3586ae77687294f2cf1d8', 'waiting', 5, NULL, NULL, NULL, 1796078789631, '{"payload":{"item":2,"index":1}}', 12, 500001, 1, 0);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (15, '01a22ea3-641e-732b-a7a9-0d4a6ec5872c', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'paused', 5, NULL, NULL, NULL, 1796078789662, '{"payload":{"kind":"paused"}}', NULL, NULL, NULL, NULL);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request, parent, parent_ref, parent_index, parent_try) VALUES (16, '01a22ea3-6435-7bb9-af7a-09303c161461', 'default', 'Unserved', 'handler:Unserved', 'cancelled', 5, NULL, NULL, NULL, 1796078789685, '{"payload":{}}', NULL, NULL, NULL, NULL);
INSERT INTO tags (tag, task) VALUES ('a', 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 0, 'task@1', 'complete', '{"startAt":1796078789228,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789228,"finishedAt":1796078789262}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 1, 'step@1', 'complete', '[1,{"maxAttempts":4},1,0,"_18s7jp1sbOgnmDw",1796078789228,1796078789228,1796078789262,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (1, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"Y9mjLRq-YjrFNL-G","startedAt":1796078789262,"attemptAt":1796078789262,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},"delayMs":337890,"retryAt":1796079127375}', 1796079127375, '{"xstate.after.backoff.step.retrying.backoff":1796079127375}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 0, 'task@1', 'running', '{"startAt":1796078789285,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1796078789285}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 1, 'step@1', 'complete', '[1,{},1,0,"lmLDjC7MdGe9yT3_",1796078789285,1796078789285,1796078789471,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 2, 'step@1', 'complete', '[1,{},1,0,"r_mgXQU_eIWp9wVW",1796078789471,1796078789471,1796078789485,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (2, 3, 'step@1', 'running', '[0,{},1,0,"i93wEAFnvbcEkDXK",1796078789471,1796078789471]', NULL, '{"xstate.after.timeout.step.running":1796078849471}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (3, 0, 'task@1', 'pending', '{"startAt":1796082389485,"delayed":true,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', 1796082389485, '{"xstate.after.delay.task.pending":1796082389485}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (4, 0, 'task@1', 'pending', '{"startAt":1796078789492,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (5, 0, 'task@1', 'pending', '{"startAt":1796078789499,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (6, 0, 'task@1', 'running', '{"startAt":1796078789504,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789504}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (6, 1, 'step@1', 'pending.queued', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"queuedAt":1796078789504}', NULL, NULL, '[9,"Unserved","north"]', NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (7, 0, 'task@1', 'complete', '{"startAt":1796078789512,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789512,"finishedAt":1796078789516}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (7, 1, 'step@1', 'complete', '[1,{},1,0,"_PjUj1G8HPijH9GK",1796078789512,1796078789512,1796078789516,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (8, 0, 'task@1', 'complete', '{"startAt":1796078789545,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789545,"finishedAt":1796078789551}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (8, 1, 'step@1', 'complete', '[1,{},1,0,"s_DjIDadhjA42cwC",1796078789545,1796078789545,1796078789551,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (9, 0, 'task@1', 'complete', '{"startAt":1796078789574,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789574,"finishedAt":1796078789583}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (9, 1, 'step@1', 'complete', '[1,{},1,0,"5qdPpryQwHffrhFv",1796078789574,1796078789574,1796078789583,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (10, 0, 'task@1', 'retrying', '{"startAt":1796078789596,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"backoff":1},"met":{},"halted":0,"retryCount":1,"startedAt":1796078789596}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (10, 1, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":4},"attempt":1,"base":0,"token":"Wr5e_aXf-g5lQFdj","attemptAt":1796078789596,"startedAt":1796078789596,"retryAt":1796078791304,"delayMs":1696,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"}}', 1796078791304, '{"xstate.after.backoff.step.retrying.backoff":1796078791304}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 0, 'task@1', 'failed', '{"startAt":1796078789616,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"failed":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789616,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"},"finishedAt":1796078789623}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 1, 'step@1', 'failed', '{"policy":{"maxAttempts":1},"attempt":1,"base":0,"token":"Alrhv_dmTph0U2hU","attemptAt":1796078789616,"startedAt":1796078789616,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},"finishedAt":1796078789623}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (11, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"qmH5vF8umc2LL8gQ","attemptAt":1796078789623,"startedAt":1796078789623,"retryAt":1796079127895,"delayMs":338242,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true}}', 1796079127895, '{"xstate.after.backoff.step.retrying.backoff":1796079127895}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 0, 'task@1', 'waiting', '{"startAt":1796078789631,"stepCount":2,"rootCount":2,"unmet":0,"lost":0,"counts":{"active":0,"waiting":2},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789631}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 500001, 'wait@1', 'waiting.children', '{"policy":{"for":"children"},"attempt":1,"startedAt":1796078789631,"total":2,"window":50,"wave":100,"tolerate":0,"next":2,"open":2}', NULL, NULL, NULL, '["child","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (12, 500002, 'wait@1', 'waiting.listening', '{"policy":{"for":"signal","optional":true},"attempt":1,"startedAt":1796078789631,"until":1796082389631,"key":null}', 1796082389631, '{"step.deadline":1796082389631}', NULL, '["signal","default","heard",null]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (13, 0, 'task@1', 'waiting', '{"startAt":1796078789631,"stepCount":2,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"waiting":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789631}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (13, 500001, 'wait@1', 'waiting.listening', '{"policy":{"for":"sleep"},"attempt":1,"startedAt":1796078789631,"until":1796082389631}', 1796082389631, '{"step.deadline":1796082389631}', NULL, '["sleep","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (14, 0, 'task@1', 'waiting', '{"startAt":1796078789631,"stepCount":2,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"waiting":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789631}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (14, 500001, 'wait@1', 'waiting.listening', '{"policy":{"for":"sleep"},"attempt":1,"startedAt":1796078789631,"until":1796082389631}', 1796082389631, '{"step.deadline":1796082389631}', NULL, '["sleep","default"]', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 0, 'task@1', 'paused', '{"startAt":1796078789662,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1796078789662}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 1, 'step@1', 'complete', '[1,{},1,0,"W618Mk-c6TW0iySC",1796078789662,1796078789662,1796078789668,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 2, 'step@1', 'complete', '[1,{},1,0,"uA-mTwaGw8-urDjj",1796078789668,1796078789668,1796078789675,"fine"]', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (15, 3, 'step@1', 'running', '{"policy":{},"attempt":1,"base":0,"token":"LDWNO6d3DnEG5MfL","attemptAt":1796078789668,"startedAt":1796078789668,"held":true}', NULL, '{"xstate.after.timeout.step.running":1796078849668}', NULL, NULL, 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (16, 0, 'task@1', 'cancelled', '{"startAt":1796078789685,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1796078789685,"finishedAt":1796078789690}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue, awaits, runs_on) VALUES (16, 1, 'step@1', 'cancelled', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"finishedAt":1796078789690}', NULL, NULL, NULL, NULL, NULL);
INSERT INTO journal (pos, task, seq, count, entries) VALUES (1, 1, 1, 4, '[1796078789228,[0,0,0,0,1,{"startAt":1796078789228,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.851333438428675],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"_18s7jp1sbOgnmDw"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (2, 1, 5, 4, '[1796078789262,[1,5,9,1,4,"_18s7jp1sbOgnmDw","fine"],[0,9,9,0,4,"Fine","active",[]],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"Y9mjLRq-YjrFNL-G"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (3, 2, 1, 4, '[1796078789285,[0,0,0,0,1,{"startAt":1796078789285,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.9329048536204054],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"lmLDjC7MdGe9yT3_"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (4, 2, 5, 6, '[1796078789471,[1,5,9,1,4,"lmLDjC7MdGe9yT3_","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"r_mgXQU_eIWp9wVW"],[3,4,3,1,2,"i93wEAFnvbcEkDXK"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (5, 2, 11, 2, '[1796078789485,[2,5,9,1,4,"r_mgXQU_eIWp9wVW","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (6, 3, 1, 1, '[1796078789485,[0,0,0,0,1,{"startAt":1796082389485,"stepCount":1,"rootCount":1,"unmet":0}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (7, 1, 9, 1, '[1796078789485,[1000000,6,5,1,0,"Y9mjLRq-YjrFNL-G",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.5017313618796635]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (8, 4, 1, 1, '[1796078789492,[0,0,0,0,1,{"startAt":1796078789492,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (9, 5, 1, 1, '[1796078789499,[0,0,0,0,1,{"startAt":1796078789499,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (10, 6, 1, 3, '[1796078789504,[0,0,0,0,1,{"startAt":1796078789504,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.8646444406863343],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (11, 7, 1, 4, '[1796078789512,[0,0,0,0,1,{"startAt":1796078789512,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.38954737335795664],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"_PjUj1G8HPijH9GK"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (12, 7, 5, 2, '[1796078789516,[1,5,9,1,4,"_PjUj1G8HPijH9GK","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (13, 8, 1, 4, '[1796078789545,[0,0,0,0,1,{"startAt":1796078789545,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.6204633862777895],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"s_DjIDadhjA42cwC"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (14, 8, 5, 2, '[1796078789551,[1,5,9,1,4,"s_DjIDadhjA42cwC","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (15, 9, 1, 4, '[1796078789574,[0,0,0,0,1,{"startAt":1796078789574,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.8744406861750844],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"5qdPpryQwHffrhFv"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (16, 9, 5, 2, '[1796078789583,[1,5,9,1,4,"5qdPpryQwHffrhFv","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (17, 10, 1, 4, '[1796078789596,[0,0,0,0,1,{"startAt":1796078789596,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.5267315841522959],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"Wr5e_aXf-g5lQFdj"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (18, 10, 5, 2, '[1796078789608,[1,6,5,1,3,"Wr5e_aXf-g5lQFdj",{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},0.6960896156933296,{"d":1696}],[0,11,4,0,3,"Bad","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (19, 11, 1, 4, '[1796078789616,[0,0,0,0,1,{"startAt":1796078789616,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.8280084017265905],[1,1,1,0,1,{"policy":{"maxAttempts":1}}],[1,4,3,1,2,"Alrhv_dmTph0U2hU"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (20, 11, 5, 4, '[1796078789623,[1,6,8,1,5,"Alrhv_dmTph0U2hU",{"name":"Error","message":"not now","code":null,"retryable":true,"stack":"Error: not now\n    at run (/work/main/scripts/fixture-store.ts:50:44)\n    at call (/work/main/src/worker/pool.ts:182:26)\n    at <anonymous> (/work/main/src/worker/pool.ts:120:18)\n    at runInScope (/work/main/src/worker/escape.ts:20:10)\n    at WorkerPool.run (/work/main/src/worker/pool.ts:118:5)\n    at HandlerExecutor.#run (/work/main/src/execution/handlers.ts:46:57)\n    at <anonymous> (/work/main/src/execution/handlers.ts:29:59)\n    at <anonymous> (/work/main/src/execution/local.ts:55:5)\n    at <anonymous> (/work/main/src/execution/local.ts:38:19)"},0.24954669091821158],[0,10,8,0,5,"Bad","active",{"name":"Error","message":"not now","code":null,"retryable":true},{"x":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"qmH5vF8umc2LL8gQ"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (21, 12, 1, 8, '[1796078789631,[0,0,0,0,1,{"startAt":1796078789631,"stepCount":2,"rootCount":2,"unmet":0}],[0,3,3,0,2,0.2095634759163314],[500001,1,15,0,1,{"policy":{"for":"children"}}],[500002,1,15,0,1,{"policy":{"for":"signal","optional":true}}],[500001,{"type":"wait.begin","total":2,"window":50,"tolerate":0,"wave":100},"waiting.children",1,11],[500002,{"type":"wait.begin","until":1796082389631,"key":null},13,1,11],[0,15,3,0,0,"Each","active"],[0,15,12,0,11,"Heard","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (22, 13, 1, 5, '[1796078789631,[0,0,0,0,1,{"startAt":1796078789631,"stepCount":2,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.28805270976305497],[500001,1,15,0,1,{"policy":{"for":"sleep"}}],[500001,14,13,1,11,1796082389631],[0,15,12,0,11,"Rest","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (23, 14, 1, 5, '[1796078789631,[0,0,0,0,1,{"startAt":1796078789631,"stepCount":2,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.6822713402530847],[500001,1,15,0,1,{"policy":{"for":"sleep"}}],[500001,14,13,1,11,1796082389631],[0,15,12,0,11,"Rest","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (24, 11, 9, 1, '[1796078789653,[1000000,6,5,1,0,"qmH5vF8umc2LL8gQ",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.5032974964941437]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (25, 15, 1, 4, '[1796078789662,[0,0,0,0,1,{"startAt":1796078789662,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.5868780279069696],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"W618Mk-c6TW0iySC"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (26, 15, 5, 6, '[1796078789668,[1,5,9,1,4,"W618Mk-c6TW0iySC","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"uA-mTwaGw8-urDjj"],[3,4,3,1,2,"LDWNO6d3DnEG5MfL"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (27, 15, 11, 4, '[1796078789675,[2,5,9,1,4,"uA-mTwaGw8-urDjj","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]],[0,{"type":"task.pause","by":"fixture","reason":null},"paused",0,8],[3,{"type":"step.hold"},3,1,0]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (28, 16, 1, 3, '[1796078789685,[0,0,0,0,1,{"startAt":1796078789685,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.9690309683644158],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (29, 16, 4, 2, '[1796078789690,[0,{"type":"task.cancel","by":"fixture","reason":null},11,0,6],[1,{"type":"step.cancel"},11,0,6]]');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (4, 0, 'Order', 2, 'default');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (5, 0, 'Nobody', NULL, 'default');
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22ea3-6292-78a8-9aa4-cd0cd8b7432b', 1, 1000000, 'default', 'task.complete', 'http://hooks.invalid/take', '{"type":"task.complete","timestamp":"2026-11-30T22:46:29.262Z","data":{"taskId":"01a22ea3-626e-7107-ba6e-d0758fd8b0e8","name":"Fine","status":"complete","tenantId":"default","retryCount":0,"correlationId":null,"result":{"Fine":"fine"}}}', 'retrying', 1796078789262);
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22ea3-63f8-78f4-b334-21a8bed769db', 11, 1000000, 'default', 'task.failed', 'http://hooks.invalid/take', '{"type":"task.failed","timestamp":"2026-11-30T22:46:29.623Z","data":{"taskId":"01a22ea3-63f0-7185-b094-b62a0193d6f4","name":"Bad","status":"failed","tenantId":"default","retryCount":0,"correlationId":null,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}}', 'retrying', 1796078789623);
INSERT INTO workflow_sources (hash, format, text) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'yaml', 'name: Filed
steps:
  - name: Only
    handler: Fine
');
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (1, 'north', 'Parted', '0.1.0', 1796078789540, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (2, 'south', 'Parted', '0.1.0', 1796078789571, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (3, 'south', 'Parted', NULL, 1796078789591, 'fixture', NULL);
INSERT INTO signals (no, tenant, name, key, task, id, at, until, by, data, taken_at) VALUES (1, 'default', 'heard', 'nobody', NULL, '01a22ea3-6415-7390-bbe2-653f24e3c7a8', 1796078789653, 1796165189653, 'fixture', '1', NULL);
PRAGMA user_version = 5;
