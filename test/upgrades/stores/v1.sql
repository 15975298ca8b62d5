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
INSERT INTO meta (key, value) VALUES ('node', '4afe4ad7ec6b32f5');
INSERT INTO workflows (hash, name, version, definition, created_at) VALUES ('1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'Order', '0.1.0', '{"name":"Order","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Receive","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null},{"name":"Pay","handler":"Fine","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null},{"name":"Pack","handler":"Slow","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":true,"optional":false,"agent":"default","channel":null},{"name":"Ship","handler":"Fine","dependsOn":["Pay","Pack"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795260492402);
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (1, '01a1fddd-2a8b-72ab-991b-1fbcf5cd2292', 'default', 'Fine', 'handler:Fine', 'complete', 5, NULL, 'k', 'a39a31d14f84cb46743a5d10bc1cb9c5022b919b45d64b2dfda9575f43622202', 1795260492423, '{"payload":{},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":"http://hooks.invalid/take","tags":["a"],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (2, '01a1fddd-2aba-759b-aabe-08048259b531', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'running', 5, 'c', NULL, NULL, 1795260492474, '{"payload":{"kind":"running"},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":null,"tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (3, '01a1fddd-2af3-7574-88ae-65abd4bda53e', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1795260492531, '{"payload":{"kind":"delayed"},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":null,"tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (4, '01a1fddd-2b03-7691-8c1d-28cad8053764', 'default', 'Fine', 'handler:Fine', 'pending', 5, 'c', NULL, NULL, 1795260492547, '{"payload":{"kind":"waiting"},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":null,"tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (5, '01a1fddd-2b0c-7d49-9a31-268e95d77f71', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1795260492555, '{"payload":{"kind":"unresolved"},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":null,"tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (6, '01a1fddd-2b0d-7429-a70b-969020bcad16', 'north', 'Unserved', 'handler:Unserved', 'running', 9, NULL, NULL, NULL, 1795260492557, '{"payload":{"kind":"queued"},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":null,"tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (7, '01a1fddd-2b0f-70aa-bad8-699137c79247', 'default', 'Bad', 'handler:Bad', 'retrying', 5, NULL, NULL, NULL, 1795260492559, '{"payload":{"kind":"retrying"},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":null,"tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (8, '01a1fddd-2b18-70e6-915b-98bbba0c7548', 'default', 'Bad', 'handler:Bad', 'failed', 5, NULL, NULL, NULL, 1795260492568, '{"payload":{},"maxRetries":0,"timeoutSeconds":null,"notificationUrl":"http://hooks.invalid/take","tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (9, '01a1fddd-2b2a-7603-bd2b-59e1ce93febb', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'paused', 5, NULL, NULL, NULL, 1795260492586, '{"payload":{"kind":"paused"},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":null,"tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (10, '01a1fddd-2b59-7428-8054-4223a3bdacb3', 'default', 'Unserved', 'handler:Unserved', 'cancelled', 5, NULL, NULL, NULL, 1795260492633, '{"payload":{},"maxRetries":null,"timeoutSeconds":null,"notificationUrl":null,"tags":[],"initiator":null,"reason":null,"sourceSystem":null,"onDependencyFailure":"wait"}');
INSERT INTO tags (tag, task) VALUES ('a', 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 0, 'task@1', 'complete', '{"startAt":1795260492423,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795260492423,"finishedAt":1795260492441}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 1, 'step@1', 'complete', '{"policy":{"maxAttempts":4},"attempt":1,"base":0,"token":"ol8qkbAauCnSGzc6","attemptAt":1795260492423,"startedAt":1795260492423,"output":"fine","finishedAt":1795260492441}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"BGv3TI1K4_gqi9jC","attemptAt":1795260492441,"startedAt":1795260492441,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},"delayMs":393850,"retryAt":1795260886324}', 1795260886324, '{"xstate.after.backoff.step.retrying.backoff":1795260886324}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 0, 'task@1', 'running', '{"startAt":1795260492474,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1795260492474}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 1, 'step@1', 'complete', '{"policy":{},"attempt":1,"base":0,"token":"cjrDVGbxrMyOSzJS","attemptAt":1795260492474,"startedAt":1795260492474,"output":"fine","finishedAt":1795260492496}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 2, 'step@1', 'complete', '{"policy":{},"attempt":1,"base":0,"token":"Dl-gfySXhNp4Su-a","attemptAt":1795260492496,"startedAt":1795260492496,"output":"fine","finishedAt":1795260492531}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 3, 'step@1', 'running', '{"policy":{},"attempt":1,"base":0,"token":"0EZLcDori05SXohg","attemptAt":1795260492496,"startedAt":1795260492496}', NULL, '{"xstate.after.timeout.step.running":1795260552496}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (3, 0, 'task@1', 'pending', '{"startAt":1795264092531,"delayed":true,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', 1795264092531, '{"xstate.after.delay.task.pending":1795264092531}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (4, 0, 'task@1', 'pending', '{"startAt":1795260492547,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (5, 0, 'task@1', 'pending', '{"startAt":1795260492555,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (6, 0, 'task@1', 'running', '{"startAt":1795260492557,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795260492557}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (6, 1, 'step@1', 'pending.queued', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"queuedAt":1795260492557}', NULL, NULL, '[9,"Unserved","north"]');
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (7, 0, 'task@1', 'retrying', '{"startAt":1795260492559,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"backoff":1},"met":{},"halted":0,"retryCount":1,"startedAt":1795260492559}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (7, 1, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":4},"attempt":1,"base":0,"token":"exdmbnU_JkIkwt_Y","attemptAt":1795260492559,"startedAt":1795260492559,"retryAt":1795260493893,"delayMs":1331,"error":{"name":"Error","message":"not now","code":null,"retryable":true}}', 1795260493893, '{"xstate.after.backoff.step.retrying.backoff":1795260493893}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (8, 0, 'task@1', 'failed', '{"startAt":1795260492568,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"failed":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795260492568,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"},"finishedAt":1795260492575}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (8, 1, 'step@1', 'failed', '{"policy":{"maxAttempts":1},"attempt":1,"base":0,"token":"O9RegPvc8CL8fbD-","attemptAt":1795260492568,"startedAt":1795260492568,"error":{"name":"Error","message":"not now","code":null,"retryable":true},"finishedAt":1795260492575}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (8, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"CcP9H6Z_8HkbRq7e","attemptAt":1795260492575,"startedAt":1795260492575,"retryAt":1795260920921,"delayMs":428335,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true}}', 1795260920921, '{"xstate.after.backoff.step.retrying.backoff":1795260920921}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 0, 'task@1', 'paused', '{"startAt":1795260492586,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1795260492586}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 1, 'step@1', 'complete', '{"policy":{},"attempt":1,"base":0,"token":"_G8pvB8kcwpwp57k","attemptAt":1795260492586,"startedAt":1795260492586,"output":"fine","finishedAt":1795260492592}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 2, 'step@1', 'complete', '{"policy":{},"attempt":1,"base":0,"token":"cCVq-n8ghq8tjRUe","attemptAt":1795260492592,"startedAt":1795260492592,"output":"fine","finishedAt":1795260492600}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 3, 'step@1', 'running', '{"policy":{},"attempt":1,"base":0,"token":"WK5UvhQQ0h09aXkh","attemptAt":1795260492592,"startedAt":1795260492592,"held":true}', NULL, '{"xstate.after.timeout.step.running":1795260552592}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (10, 0, 'task@1', 'cancelled', '{"startAt":1795260492633,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795260492633,"finishedAt":1795260492634}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (10, 1, 'step@1', 'cancelled', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"finishedAt":1795260492634}', NULL, NULL, NULL);
INSERT INTO journal (pos, task, seq, count, entries) VALUES (1, 1, 1, 4, '[1795260492423,[0,0,0,0,1,{"startAt":1795260492423,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.5038794204606722],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"ol8qkbAauCnSGzc6"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (2, 1, 5, 4, '[1795260492441,[1,5,9,1,4,"ol8qkbAauCnSGzc6","fine"],[0,9,9,0,4,"Fine","active",[]],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"BGv3TI1K4_gqi9jC"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (3, 2, 1, 4, '[1795260492474,[0,0,0,0,1,{"startAt":1795260492474,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.12747946677143096],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"cjrDVGbxrMyOSzJS"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (4, 1, 9, 1, '[1795260492474,[1000000,6,5,1,0,"BGv3TI1K4_gqi9jC",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.7504446954721369]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (5, 2, 5, 6, '[1795260492496,[1,5,9,1,4,"cjrDVGbxrMyOSzJS","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"Dl-gfySXhNp4Su-a"],[3,4,3,1,2,"0EZLcDori05SXohg"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (6, 2, 11, 2, '[1795260492531,[2,5,9,1,4,"Dl-gfySXhNp4Su-a","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (7, 3, 1, 1, '[1795260492531,[0,0,0,0,1,{"startAt":1795264092531,"stepCount":1,"rootCount":1,"unmet":0}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (8, 4, 1, 1, '[1795260492547,[0,0,0,0,1,{"startAt":1795260492547,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (9, 5, 1, 1, '[1795260492555,[0,0,0,0,1,{"startAt":1795260492555,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (10, 6, 1, 3, '[1795260492557,[0,0,0,0,1,{"startAt":1795260492557,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.14835699675928282],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (11, 7, 1, 4, '[1795260492559,[0,0,0,0,1,{"startAt":1795260492559,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.05013220503031035],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"exdmbnU_JkIkwt_Y"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (12, 7, 5, 2, '[1795260492562,[1,6,5,1,3,"exdmbnU_JkIkwt_Y",{"name":"Error","message":"not now","code":null,"retryable":true},0.3313472857643649,{"d":1331}],[0,11,4,0,3,"Bad","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (13, 8, 1, 4, '[1795260492568,[0,0,0,0,1,{"startAt":1795260492568,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.39845815209113944],[1,1,1,0,1,{"policy":{"maxAttempts":1}}],[1,4,3,1,2,"O9RegPvc8CL8fbD-"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (14, 8, 5, 4, '[1795260492575,[1,6,8,1,5,"O9RegPvc8CL8fbD-",{"name":"Error","message":"not now","code":null,"retryable":true},0.28622644933839325],[0,10,8,0,5,"Bad","active",{"name":"Error","message":"not now","code":null,"retryable":true},{"x":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"CcP9H6Z_8HkbRq7e"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (15, 9, 1, 4, '[1795260492586,[0,0,0,0,1,{"startAt":1795260492586,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.4025462010361853],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"_G8pvB8kcwpwp57k"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (16, 8, 9, 1, '[1795260492586,[1000000,6,5,1,0,"CcP9H6Z_8HkbRq7e",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.9037118894390856]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (17, 9, 5, 6, '[1795260492592,[1,5,9,1,4,"_G8pvB8kcwpwp57k","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"cCVq-n8ghq8tjRUe"],[3,4,3,1,2,"WK5UvhQQ0h09aXkh"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (18, 9, 11, 4, '[1795260492600,[2,5,9,1,4,"cCVq-n8ghq8tjRUe","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]],[0,{"type":"task.pause","by":"fixture","reason":null},"paused",0,8],[3,{"type":"step.hold"},3,1,0]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (19, 10, 1, 3, '[1795260492633,[0,0,0,0,1,{"startAt":1795260492633,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.023772182993085478],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (20, 10, 4, 2, '[1795260492634,[0,{"type":"task.cancel","by":"fixture","reason":null},11,0,6],[1,{"type":"step.cancel"},11,0,6]]');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (4, 0, 'Order', 2, 'default');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (5, 0, 'Nobody', NULL, 'default');
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a1fddd-2a9a-7e3c-9373-7d7a5fc8612e', 1, 1000000, 'default', 'task.complete', 'http://hooks.invalid/take', '{"type":"task.complete","timestamp":"2026-11-21T11:28:12.441Z","data":{"taskId":"01a1fddd-2a8b-72ab-991b-1fbcf5cd2292","name":"Fine","status":"complete","tenantId":"default","retryCount":0,"correlationId":null,"result":{"Fine":"fine"}}}', 'retrying', 1795260492441);
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a1fddd-2b20-7fde-b872-43296cf07790', 8, 1000000, 'default', 'task.failed', 'http://hooks.invalid/take', '{"type":"task.failed","timestamp":"2026-11-21T11:28:12.575Z","data":{"taskId":"01a1fddd-2b18-70e6-915b-98bbba0c7548","name":"Bad","status":"failed","tenantId":"default","retryCount":0,"correlationId":null,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}}', 'retrying', 1795260492575);
PRAGMA user_version = 1;
