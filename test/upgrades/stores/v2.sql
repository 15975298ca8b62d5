CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE workflows (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at INTEGER NOT NULL
  );
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
CREATE TABLE tags (tag TEXT NOT NULL, task INTEGER NOT NULL, PRIMARY KEY (tag, task)) WITHOUT ROWID;
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
CREATE UNIQUE INDEX workflows_version ON workflows (name, version);
CREATE INDEX tasks_tenant ON tasks (tenant, no);
CREATE INDEX tasks_status ON tasks (status, tenant, no);
CREATE INDEX tasks_name ON tasks (tenant, name, correlation, no);
CREATE UNIQUE INDEX tasks_idempotency ON tasks (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX actors_due ON actors (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX actors_queue ON actors (queue, task, ref) WHERE queue IS NOT NULL;
CREATE INDEX journal_task ON journal (task, seq);
CREATE INDEX dependencies_on ON dependencies (on_task) WHERE on_task IS NOT NULL;
CREATE INDEX dependencies_unresolved ON dependencies (tenant, name) WHERE on_task IS NULL;
CREATE INDEX webhooks_status ON webhooks (status, created_at);
CREATE UNIQUE INDEX webhooks_actor ON webhooks (task, ref);
CREATE INDEX tasks_created ON tasks (created_at);
INSERT INTO meta (key, value) VALUES ('node', '704839d3a0c180df');
INSERT INTO workflows (hash, name, version, definition, created_at) VALUES ('1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'Order', '0.1.0', '{"name":"Order","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Receive","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null},{"name":"Pay","handler":"Fine","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null},{"name":"Pack","handler":"Slow","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":true,"optional":false,"agent":"default","channel":null},{"name":"Ship","handler":"Fine","dependsOn":["Pay","Pack"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795272257475);
INSERT INTO workflows (hash, name, version, definition, created_at) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'Filed', '0.1.0', '{"name":"Filed","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795272257489);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (1, '01a1fe90-afd9-77b0-a08d-a3194cb50684', 'default', 'Fine', 'handler:Fine', 'complete', 5, NULL, 'k', 'a39a31d14f84cb46743a5d10bc1cb9c5022b919b45d64b2dfda9575f43622202', 1795272257496, '{"payload":{},"notificationUrl":"http://hooks.invalid/take","tags":["a"]}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (2, '01a1fe90-afec-747c-a9cf-bb33ba3968ca', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'running', 5, 'c', NULL, NULL, 1795272257516, '{"payload":{"kind":"running"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (3, '01a1fe90-aff8-720a-b8c6-0ee35af93db2', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1795272257528, '{"payload":{"kind":"delayed"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (4, '01a1fe90-affa-7fe9-acf3-c675176a4184', 'default', 'Fine', 'handler:Fine', 'pending', 5, 'c', NULL, NULL, 1795272257530, '{"payload":{"kind":"waiting"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (5, '01a1fe90-affe-72df-a130-6f6cf98b6305', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1795272257534, '{"payload":{"kind":"unresolved"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (6, '01a1fe90-b000-7f4e-afff-bdc75193425d', 'north', 'Unserved', 'handler:Unserved', 'running', 9, NULL, NULL, NULL, 1795272257536, '{"payload":{"kind":"queued"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (7, '01a1fe90-b001-733a-819a-5ca92b314dce', 'default', 'Filed', '81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'complete', 5, NULL, NULL, NULL, 1795272257537, '{"payload":{}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (8, '01a1fe90-b00b-7e1d-8cdd-586a389cccd2', 'default', 'Bad', 'handler:Bad', 'retrying', 5, NULL, NULL, NULL, 1795272257547, '{"payload":{"kind":"retrying"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (9, '01a1fe90-b013-7b95-bad0-e0c589509a4b', 'default', 'Bad', 'handler:Bad', 'failed', 5, NULL, NULL, NULL, 1795272257555, '{"payload":{},"maxRetries":0,"notificationUrl":"http://hooks.invalid/take"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (10, '01a1fe90-b01f-7aa6-a532-b91936ab8078', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'paused', 5, NULL, NULL, NULL, 1795272257566, '{"payload":{"kind":"paused"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (11, '01a1fe90-b028-73a3-ba3c-9750702cf5dc', 'default', 'Unserved', 'handler:Unserved', 'cancelled', 5, NULL, NULL, NULL, 1795272257576, '{"payload":{}}');
INSERT INTO tags (tag, task) VALUES ('a', 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 0, 'task@1', 'complete', '{"startAt":1795272257496,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795272257496,"finishedAt":1795272257504}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 1, 'step@1', 'complete', '[1,{"maxAttempts":4},1,0,"MHbiv8UcheZHlg72",1795272257496,1795272257496,1795272257504,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"Yg5QRA2vjD6C_5I_","startedAt":1795272257504,"attemptAt":1795272257504,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},"delayMs":394766,"retryAt":1795272652282}', 1795272652282, '{"xstate.after.backoff.step.retrying.backoff":1795272652282}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 0, 'task@1', 'running', '{"startAt":1795272257516,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1795272257516}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 1, 'step@1', 'complete', '[1,{},1,0,"N4eiQT1pQMINLjAl",1795272257516,1795272257516,1795272257519,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 2, 'step@1', 'complete', '[1,{},1,0,"SEWxoHFGOfDOfj4H",1795272257519,1795272257519,1795272257522,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 3, 'step@1', 'running', '[0,{},1,0,"IexwUrRW5GTqf0x3",1795272257519,1795272257519]', NULL, '{"xstate.after.timeout.step.running":1795272317519}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (3, 0, 'task@1', 'pending', '{"startAt":1795275857528,"delayed":true,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', 1795275857528, '{"xstate.after.delay.task.pending":1795275857528}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (4, 0, 'task@1', 'pending', '{"startAt":1795272257530,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (5, 0, 'task@1', 'pending', '{"startAt":1795272257534,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (6, 0, 'task@1', 'running', '{"startAt":1795272257536,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795272257536}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (6, 1, 'step@1', 'pending.queued', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"queuedAt":1795272257536}', NULL, NULL, '[9,"Unserved","north"]');
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (7, 0, 'task@1', 'complete', '{"startAt":1795272257537,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795272257537,"finishedAt":1795272257541}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (7, 1, 'step@1', 'complete', '[1,{},1,0,"MbBqP7v9myb4OxS_",1795272257537,1795272257537,1795272257541,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (8, 0, 'task@1', 'retrying', '{"startAt":1795272257547,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"backoff":1},"met":{},"halted":0,"retryCount":1,"startedAt":1795272257547}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (8, 1, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":4},"attempt":1,"base":0,"token":"6D6q6mPrMJfVYuAR","attemptAt":1795272257547,"startedAt":1795272257547,"retryAt":1795272259136,"delayMs":1587,"error":{"name":"Error","message":"not now","code":null,"retryable":true}}', 1795272259136, '{"xstate.after.backoff.step.retrying.backoff":1795272259136}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 0, 'task@1', 'failed', '{"startAt":1795272257555,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"failed":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795272257555,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"},"finishedAt":1795272257557}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 1, 'step@1', 'failed', '{"policy":{"maxAttempts":1},"attempt":1,"base":0,"token":"BhgrWHUdAUehsS2J","attemptAt":1795272257555,"startedAt":1795272257555,"error":{"name":"Error","message":"not now","code":null,"retryable":true},"finishedAt":1795272257557}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"SEg9TZIEbfQzcemb","attemptAt":1795272257557,"startedAt":1795272257557,"retryAt":1795272635897,"delayMs":378331,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true}}', 1795272635897, '{"xstate.after.backoff.step.retrying.backoff":1795272635897}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (10, 0, 'task@1', 'paused', '{"startAt":1795272257566,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1795272257566}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (10, 1, 'step@1', 'complete', '[1,{},1,0,"J1BZOjFnPhLwrysl",1795272257566,1795272257566,1795272257569,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (10, 2, 'step@1', 'complete', '[1,{},1,0,"JxpE9zW05iVCqdzk",1795272257569,1795272257569,1795272257571,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (10, 3, 'step@1', 'running', '{"policy":{},"attempt":1,"base":0,"token":"GD_pheXlR3WsYdsj","attemptAt":1795272257569,"startedAt":1795272257569,"held":true}', NULL, '{"xstate.after.timeout.step.running":1795272317569}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (11, 0, 'task@1', 'cancelled', '{"startAt":1795272257576,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795272257576,"finishedAt":1795272257577}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (11, 1, 'step@1', 'cancelled', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"finishedAt":1795272257577}', NULL, NULL, NULL);
INSERT INTO journal (pos, task, seq, count, entries) VALUES (1, 1, 1, 4, '[1795272257496,[0,0,0,0,1,{"startAt":1795272257496,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.10537950186869338],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"MHbiv8UcheZHlg72"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (2, 1, 5, 4, '[1795272257504,[1,5,9,1,4,"MHbiv8UcheZHlg72","fine"],[0,9,9,0,4,"Fine","active",[]],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"Yg5QRA2vjD6C_5I_"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (3, 2, 1, 4, '[1795272257516,[0,0,0,0,1,{"startAt":1795272257516,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.8948637598262632],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"N4eiQT1pQMINLjAl"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (4, 1, 9, 1, '[1795272257516,[1000000,6,5,1,0,"Yg5QRA2vjD6C_5I_",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.7545175844707297]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (5, 2, 5, 6, '[1795272257519,[1,5,9,1,4,"N4eiQT1pQMINLjAl","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"SEWxoHFGOfDOfj4H"],[3,4,3,1,2,"IexwUrRW5GTqf0x3"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (6, 2, 11, 2, '[1795272257522,[2,5,9,1,4,"SEWxoHFGOfDOfj4H","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (7, 3, 1, 1, '[1795272257528,[0,0,0,0,1,{"startAt":1795275857528,"stepCount":1,"rootCount":1,"unmet":0}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (8, 4, 1, 1, '[1795272257530,[0,0,0,0,1,{"startAt":1795272257530,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (9, 5, 1, 1, '[1795272257534,[0,0,0,0,1,{"startAt":1795272257534,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (10, 6, 1, 3, '[1795272257536,[0,0,0,0,1,{"startAt":1795272257536,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.2349860502951937],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (11, 7, 1, 4, '[1795272257537,[0,0,0,0,1,{"startAt":1795272257537,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.09433926546376714],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"MbBqP7v9myb4OxS_"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (12, 7, 5, 2, '[1795272257541,[1,5,9,1,4,"MbBqP7v9myb4OxS_","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (13, 8, 1, 4, '[1795272257547,[0,0,0,0,1,{"startAt":1795272257547,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.7995496879481032],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"6D6q6mPrMJfVYuAR"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (14, 8, 5, 2, '[1795272257549,[1,6,5,1,3,"6D6q6mPrMJfVYuAR",{"name":"Error","message":"not now","code":null,"retryable":true},0.5870073152757491,{"d":1587}],[0,11,4,0,3,"Bad","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (15, 9, 1, 4, '[1795272257555,[0,0,0,0,1,{"startAt":1795272257555,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.5447858356027213],[1,1,1,0,1,{"policy":{"maxAttempts":1}}],[1,4,3,1,2,"BhgrWHUdAUehsS2J"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (16, 9, 5, 4, '[1795272257557,[1,6,8,1,5,"BhgrWHUdAUehsS2J",{"name":"Error","message":"not now","code":null,"retryable":true},0.2883118786845187],[0,10,8,0,5,"Bad","active",{"name":"Error","message":"not now","code":null,"retryable":true},{"x":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"SEg9TZIEbfQzcemb"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (17, 10, 1, 4, '[1795272257566,[0,0,0,0,1,{"startAt":1795272257566,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.8058523000034679],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"J1BZOjFnPhLwrysl"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (18, 9, 9, 1, '[1795272257566,[1000000,6,5,1,0,"SEg9TZIEbfQzcemb",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.681471128930291]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (19, 10, 5, 6, '[1795272257569,[1,5,9,1,4,"J1BZOjFnPhLwrysl","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"JxpE9zW05iVCqdzk"],[3,4,3,1,2,"GD_pheXlR3WsYdsj"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (20, 10, 11, 2, '[1795272257571,[2,5,9,1,4,"JxpE9zW05iVCqdzk","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (21, 10, 13, 2, '[1795272257575,[0,{"type":"task.pause","by":"fixture","reason":null},"paused",0,8],[3,{"type":"step.hold"},3,1,0]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (22, 11, 1, 3, '[1795272257576,[0,0,0,0,1,{"startAt":1795272257576,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.02685277485455151],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (23, 11, 4, 2, '[1795272257577,[0,{"type":"task.cancel","by":"fixture","reason":null},11,0,6],[1,{"type":"step.cancel"},11,0,6]]');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (4, 0, 'Order', 2, 'default');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (5, 0, 'Nobody', NULL, 'default');
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a1fe90-afe1-76fb-b703-5e8f9157b59c', 1, 1000000, 'default', 'task.complete', 'http://hooks.invalid/take', '{"type":"task.complete","timestamp":"2026-11-21T14:44:17.504Z","data":{"taskId":"01a1fe90-afd9-77b0-a08d-a3194cb50684","name":"Fine","status":"complete","tenantId":"default","retryCount":0,"correlationId":null,"result":{"Fine":"fine"}}}', 'retrying', 1795272257504);
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a1fe90-b015-7c7e-9168-fc13bd68f072', 9, 1000000, 'default', 'task.failed', 'http://hooks.invalid/take', '{"type":"task.failed","timestamp":"2026-11-21T14:44:17.557Z","data":{"taskId":"01a1fe90-b013-7b95-bad0-e0c589509a4b","name":"Bad","status":"failed","tenantId":"default","retryCount":0,"correlationId":null,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}}', 'retrying', 1795272257557);
INSERT INTO workflow_sources (hash, format, text) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'yaml', 'name: Filed
steps:
  - name: Only
    handler: Fine
');
PRAGMA user_version = 2;
