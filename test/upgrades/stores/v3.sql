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
CREATE UNIQUE INDEX workflows_version ON workflows (namespace, name, version);
CREATE INDEX workflow_choices_name ON workflow_choices (namespace, name, no);
INSERT INTO meta (key, value) VALUES ('node', 'eefb20cba5c2c2af');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'Order', '0.1.0', '{"name":"Order","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Receive","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null},{"name":"Pay","handler":"Fine","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null},{"name":"Pack","handler":"Slow","dependsOn":["Receive"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":true,"optional":false,"agent":"default","channel":null},{"name":"Ship","handler":"Fine","dependsOn":["Pay","Pack"],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795989707073, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'Filed', '0.1.0', '{"name":"Filed","namespace":"default","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795989707178, 'default');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'Parted', '0.1.0', '{"name":"Parted","namespace":"north","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795989708619, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('ff56f7db41201ef563f88a9cd66f457216d8283c4758471b91e098d06d91aea1', 'Parted', '0.2.0', '{"name":"Parted","namespace":"north","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795989708635, 'north');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'Parted', '0.1.0', '{"name":"Parted","namespace":"south","version":"0.1.0","description":"","input":null,"steps":[{"name":"Only","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795989708702, 'south');
INSERT INTO workflows (hash, name, version, definition, created_at, namespace) VALUES ('6db043db5e63c4fb8ce46206484a4df6d5d65b26f24bcd924c8bf5a31cadb010', 'Parted', '0.2.0', '{"name":"Parted","namespace":"south","version":"0.2.0","description":"","input":null,"steps":[{"name":"Only","handler":"Fine","dependsOn":[],"maxAttempts":null,"timeoutMs":null,"startTimeoutMs":null,"backoff":null,"critical":false,"optional":false,"agent":"default","channel":null}]}', 1795989708728, 'south');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (1, '01a22954-1a08-7cd5-947a-02e179491eae', 'default', 'Fine', 'handler:Fine', 'complete', 5, NULL, 'k', 'a39a31d14f84cb46743a5d10bc1cb9c5022b919b45d64b2dfda9575f43622202', 1795989707258, '{"payload":{},"notificationUrl":"http://hooks.invalid/take","tags":["a"]}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (2, '01a22954-1a4b-799c-8e77-4380770603b8', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'running', 5, 'c', NULL, NULL, 1795989707339, '{"payload":{"kind":"running"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (3, '01a22954-1a75-7bad-b460-34d20de23816', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1795989707381, '{"payload":{"kind":"delayed"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (4, '01a22954-1a8f-76a9-b3ef-2871dae55b3b', 'default', 'Fine', 'handler:Fine', 'pending', 5, 'c', NULL, NULL, 1795989707407, '{"payload":{"kind":"waiting"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (5, '01a22954-1aa5-7e94-8687-a5d6697ab95d', 'default', 'Fine', 'handler:Fine', 'pending', 5, NULL, NULL, NULL, 1795989707429, '{"payload":{"kind":"unresolved"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (6, '01a22954-1ab4-7400-821f-cdea42a6f186', 'north', 'Unserved', 'handler:Unserved', 'running', 9, NULL, NULL, NULL, 1795989707444, '{"payload":{"kind":"queued"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (7, '01a22954-1ac4-7930-8698-e4185efbfe79', 'default', 'Filed', '81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'complete', 5, NULL, NULL, NULL, 1795989707459, '{"payload":{}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (8, '01a22954-1f74-705c-8c46-6e4720489a92', 'default', 'Parted', '88877d790a8c148a4303ef3c4217b2dfbad7ef15c2c0788e4776458f09a20825', 'complete', 5, NULL, NULL, NULL, 1795989708660, '{"payload":{}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (9, '01a22954-1fcf-798b-85bf-1b7431d3ee37', 'default', 'Parted', '3824b5e078c10980eaa784d18f14654c7cf4ede3d6a26a1d6815109bcd3068b0', 'complete', 5, NULL, NULL, NULL, 1795989708751, '{"payload":{}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (10, '01a22954-1ff1-77f7-9a98-e19ee78e78a3', 'default', 'Bad', 'handler:Bad', 'retrying', 5, NULL, NULL, NULL, 1795989708784, '{"payload":{"kind":"retrying"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (11, '01a22954-200e-7594-b21f-1445aca2bba1', 'default', 'Bad', 'handler:Bad', 'failed', 5, NULL, NULL, NULL, 1795989708813, '{"payload":{},"maxRetries":0,"notificationUrl":"http://hooks.invalid/take"}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (12, '01a22954-2038-793a-8d3d-b7cae7f4b801', 'default', 'Order', '1f2fc3af545f0320333ae48ae3869368a79e02a327a8572dae82f0f4d1939057', 'paused', 5, NULL, NULL, NULL, 1795989708856, '{"payload":{"kind":"paused"}}');
INSERT INTO tasks (no, id, tenant, name, workflow, status, priority, correlation, idempotency_key, request_hash, created_at, request) VALUES (13, '01a22954-2070-7343-9e00-3d534ee6eb65', 'default', 'Unserved', 'handler:Unserved', 'cancelled', 5, NULL, NULL, NULL, 1795989708912, '{"payload":{}}');
INSERT INTO tags (tag, task) VALUES ('a', 1);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 0, 'task@1', 'complete', '{"startAt":1795989707258,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795989707258,"finishedAt":1795989707307}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 1, 'step@1', 'complete', '[1,{"maxAttempts":4},1,0,"b2MJN-YmmGrMXzO4",1795989707258,1795989707258,1795989707307,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (1, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"Wc02y2YowdEkYOoy","startedAt":1795989707307,"attemptAt":1795989707307,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},"delayMs":243956,"retryAt":1795989952575}', 1795989952575, '{"xstate.after.backoff.step.retrying.backoff":1795989952575}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 0, 'task@1', 'running', '{"startAt":1795989707339,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1795989707339}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 1, 'step@1', 'complete', '[1,{},1,0,"YjOXVvwDOkhwZEDp",1795989707339,1795989707339,1795989707361,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 2, 'step@1', 'complete', '[1,{},1,0,"Uci7AYMb8V2tUp2k",1795989707361,1795989707361,1795989707381,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (2, 3, 'step@1', 'running', '[0,{},1,0,"vIJUq7iS1APJjkY4",1795989707361,1795989707361]', NULL, '{"xstate.after.timeout.step.running":1795989767361}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (3, 0, 'task@1', 'pending', '{"startAt":1795993307381,"delayed":true,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', 1795993307381, '{"xstate.after.delay.task.pending":1795993307381}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (4, 0, 'task@1', 'pending', '{"startAt":1795989707407,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (5, 0, 'task@1', 'pending', '{"startAt":1795989707429,"stepCount":1,"rootCount":1,"unmet":1,"lost":0,"counts":{},"met":{},"halted":0,"retryCount":0}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (6, 0, 'task@1', 'running', '{"startAt":1795989707444,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795989707444}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (6, 1, 'step@1', 'pending.queued', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"queuedAt":1795989707444}', NULL, NULL, '[9,"Unserved","north"]');
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (7, 0, 'task@1', 'complete', '{"startAt":1795989707459,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795989707459,"finishedAt":1795989708493}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (7, 1, 'step@1', 'complete', '[1,{},1,0,"Gu1ov354gbwuMEhC",1795989707459,1795989707459,1795989708493,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (8, 0, 'task@1', 'complete', '{"startAt":1795989708660,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795989708660,"finishedAt":1795989708676}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (8, 1, 'step@1', 'complete', '[1,{},1,0,"94NB5ubEX9TbnGrU",1795989708660,1795989708660,1795989708676,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 0, 'task@1', 'complete', '{"startAt":1795989708751,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"complete":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795989708751,"finishedAt":1795989708756}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (9, 1, 'step@1', 'complete', '[1,{},1,0,"7oh7QX5I56WdCgFu",1795989708751,1795989708751,1795989708756,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (10, 0, 'task@1', 'retrying', '{"startAt":1795989708784,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"backoff":1},"met":{},"halted":0,"retryCount":1,"startedAt":1795989708784}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (10, 1, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":4},"attempt":1,"base":0,"token":"-UpOCv_ANYSF-2L8","attemptAt":1795989708784,"startedAt":1795989708784,"retryAt":1795989710441,"delayMs":1653,"error":{"name":"Error","message":"not now","code":null,"retryable":true}}', 1795989710441, '{"xstate.after.backoff.step.retrying.backoff":1795989710441}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (11, 0, 'task@1', 'failed', '{"startAt":1795989708813,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":0,"failed":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795989708813,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"},"finishedAt":1795989708832}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (11, 1, 'step@1', 'failed', '{"policy":{"maxAttempts":1},"attempt":1,"base":0,"token":"bgzvAa49xGm2w5Uo","attemptAt":1795989708813,"startedAt":1795989708813,"error":{"name":"Error","message":"not now","code":null,"retryable":true},"finishedAt":1795989708832}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (11, 1000000, 'step@1', 'retrying.backoff', '{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}},"attempt":1,"base":0,"token":"upGm5V1qO-BmNClw","attemptAt":1795989708832,"startedAt":1795989708832,"retryAt":1795990150330,"delayMs":441474,"error":{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true}}', 1795990150330, '{"xstate.after.backoff.step.retrying.backoff":1795990150330}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (12, 0, 'task@1', 'paused', '{"startAt":1795989708856,"stepCount":4,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1,"complete":2},"met":{"3":1},"halted":0,"retryCount":0,"startedAt":1795989708856}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (12, 1, 'step@1', 'complete', '[1,{},1,0,"Eho8rvsS9En0n3Qg",1795989708856,1795989708856,1795989708875,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (12, 2, 'step@1', 'complete', '[1,{},1,0,"vLGccUaOK5W3TIC_",1795989708875,1795989708875,1795989708896,"fine"]', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (12, 3, 'step@1', 'running', '{"policy":{},"attempt":1,"base":0,"token":"9HMtUTnIGOMXFLGL","attemptAt":1795989708875,"startedAt":1795989708875,"held":true}', NULL, '{"xstate.after.timeout.step.running":1795989768875}', NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (13, 0, 'task@1', 'cancelled', '{"startAt":1795989708912,"stepCount":1,"rootCount":1,"unmet":0,"lost":0,"counts":{"active":1},"met":{},"halted":0,"retryCount":0,"startedAt":1795989708912,"finishedAt":1795989708919}', NULL, NULL, NULL);
INSERT INTO actors (task, ref, machine, state, context, due_at, timers, queue) VALUES (13, 1, 'step@1', 'cancelled', '{"policy":{"maxAttempts":4},"attempt":0,"base":0,"finishedAt":1795989708919}', NULL, NULL, NULL);
INSERT INTO journal (pos, task, seq, count, entries) VALUES (1, 1, 1, 4, '[1795989707258,[0,0,0,0,1,{"startAt":1795989707258,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.3081464748535443],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"b2MJN-YmmGrMXzO4"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (2, 1, 5, 4, '[1795989707307,[1,5,9,1,4,"b2MJN-YmmGrMXzO4","fine"],[0,9,9,0,4,"Fine","active",[]],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"Wc02y2YowdEkYOoy"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (3, 2, 1, 4, '[1795989707339,[0,0,0,0,1,{"startAt":1795989707339,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.7483068332652707],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"YjOXVvwDOkhwZEDp"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (4, 2, 5, 6, '[1795989707361,[1,5,9,1,4,"YjOXVvwDOkhwZEDp","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"Uci7AYMb8V2tUp2k"],[3,4,3,1,2,"vIJUq7iS1APJjkY4"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (5, 2, 11, 2, '[1795989707381,[2,5,9,1,4,"Uci7AYMb8V2tUp2k","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (6, 3, 1, 1, '[1795989707381,[0,0,0,0,1,{"startAt":1795993307381,"stepCount":1,"rootCount":1,"unmet":0}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (7, 4, 1, 1, '[1795989707407,[0,0,0,0,1,{"startAt":1795989707407,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (8, 5, 1, 1, '[1795989707429,[0,0,0,0,1,{"startAt":1795989707429,"stepCount":1,"rootCount":1,"unmet":1}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (9, 6, 1, 3, '[1795989707444,[0,0,0,0,1,{"startAt":1795989707444,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.5396124756317613],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (10, 7, 1, 4, '[1795989707459,[0,0,0,0,1,{"startAt":1795989707459,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.9392691334466132],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"Gu1ov354gbwuMEhC"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (11, 7, 5, 2, '[1795989708493,[1,5,9,1,4,"Gu1ov354gbwuMEhC","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (12, 1, 9, 1, '[1795989708619,[1000000,6,5,1,0,"Wc02y2YowdEkYOoy",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.0842500253469316]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (13, 8, 1, 4, '[1795989708660,[0,0,0,0,1,{"startAt":1795989708660,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.7694164668693111],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"94NB5ubEX9TbnGrU"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (14, 8, 5, 2, '[1795989708676,[1,5,9,1,4,"94NB5ubEX9TbnGrU","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (15, 9, 1, 4, '[1795989708751,[0,0,0,0,1,{"startAt":1795989708751,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.16202628243621509],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"7oh7QX5I56WdCgFu"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (16, 9, 5, 2, '[1795989708756,[1,5,9,1,4,"7oh7QX5I56WdCgFu","fine"],[0,9,9,0,4,"Only","active",[]]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (17, 10, 1, 4, '[1795989708784,[0,0,0,0,1,{"startAt":1795989708784,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.9937081429546406],[1,1,1,0,1,{"policy":{"maxAttempts":4}}],[1,4,3,1,2,"-UpOCv_ANYSF-2L8"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (18, 10, 5, 2, '[1795989708788,[1,6,5,1,3,"-UpOCv_ANYSF-2L8",{"name":"Error","message":"not now","code":null,"retryable":true},0.6530454681282158,{"d":1653}],[0,11,4,0,3,"Bad","active"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (19, 11, 1, 4, '[1795989708813,[0,0,0,0,1,{"startAt":1795989708813,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.45833673146982834],[1,1,1,0,1,{"policy":{"maxAttempts":1}}],[1,4,3,1,2,"bgzvAa49xGm2w5Uo"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (20, 11, 5, 4, '[1795989708832,[1,6,8,1,5,"bgzvAa49xGm2w5Uo",{"name":"Error","message":"not now","code":null,"retryable":true},0.5676389053275208],[0,10,8,0,5,"Bad","active",{"name":"Error","message":"not now","code":null,"retryable":true},{"x":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}],[1000000,2,1,0,0,{"policy":{"maxAttempts":9,"timeoutMs":30000,"backoff":{"strategy":"exponential","baseMs":225000,"maxMs":57600000,"jitter":"equal"}}}],[1000000,4,3,1,0,"upGm5V1qO-BmNClw"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (21, 12, 1, 4, '[1795989708856,[0,0,0,0,1,{"startAt":1795989708856,"stepCount":4,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.508464264769843],[1,1,1,0,1,{"policy":{}}],[1,4,3,1,2,"Eho8rvsS9En0n3Qg"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (22, 11, 9, 1, '[1795989708856,[1000000,6,5,1,0,"upGm5V1qO-BmNClw",{"name":"WebhookError","message":"no answer from the receiver: getaddrinfo ENOTFOUND hooks.invalid","code":"ENOTFOUND","retryable":true},0.9621051425182408]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (23, 12, 5, 6, '[1795989708875,[1,5,9,1,4,"Eho8rvsS9En0n3Qg","fine"],[0,9,3,0,0,"Receive","active",[[1,1],[2,1]]],[2,1,1,0,1,{"policy":{}}],[3,1,1,0,1,{"policy":{}}],[2,4,3,1,2,"vLGccUaOK5W3TIC_"],[3,4,3,1,2,"9HMtUTnIGOMXFLGL"]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (24, 12, 11, 4, '[1795989708896,[2,5,9,1,4,"vLGccUaOK5W3TIC_","fine"],[0,9,3,0,0,"Pay","active",[[3,2]]],[0,{"type":"task.pause","by":"fixture","reason":null},"paused",0,8],[3,{"type":"step.hold"},3,1,0]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (25, 13, 1, 3, '[1795989708912,[0,0,0,0,1,{"startAt":1795989708912,"stepCount":1,"rootCount":1,"unmet":0}],[0,3,3,0,2,0.6744448956130975],[1,1,1,0,1,{"policy":{"maxAttempts":4}}]]');
INSERT INTO journal (pos, task, seq, count, entries) VALUES (26, 13, 4, 2, '[1795989708919,[0,{"type":"task.cancel","by":"fixture","reason":null},11,0,6],[1,{"type":"step.cancel"},11,0,6]]');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (4, 0, 'Order', 2, 'default');
INSERT INTO dependencies (task, position, name, on_task, tenant) VALUES (5, 0, 'Nobody', NULL, 'default');
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22954-1a2c-795b-8db9-fa8e4c2b48eb', 1, 1000000, 'default', 'task.complete', 'http://hooks.invalid/take', '{"type":"task.complete","timestamp":"2026-11-29T22:01:47.307Z","data":{"taskId":"01a22954-1a08-7cd5-947a-02e179491eae","name":"Fine","status":"complete","tenantId":"default","retryCount":0,"correlationId":null,"result":{"Fine":"fine"}}}', 'retrying', 1795989707307);
INSERT INTO webhooks (id, task, ref, tenant, type, url, body, status, created_at) VALUES ('msg_01a22954-2021-70a5-84c6-ed4301342a88', 11, 1000000, 'default', 'task.failed', 'http://hooks.invalid/take', '{"type":"task.failed","timestamp":"2026-11-29T22:01:48.832Z","data":{"taskId":"01a22954-200e-7594-b21f-1445aca2bba1","name":"Bad","status":"failed","tenantId":"default","retryCount":0,"correlationId":null,"error":{"name":"Error","message":"not now","code":null,"retryable":true,"step":"Bad"}}}', 'retrying', 1795989708832);
INSERT INTO workflow_sources (hash, format, text) VALUES ('81bb9b60eaa615954cda66faf6de528ad3a5f3c080ef34d277368f056f10bb54', 'yaml', 'name: Filed
steps:
  - name: Only
    handler: Fine
');
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (1, 'north', 'Parted', '0.1.0', 1795989708639, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (2, 'south', 'Parted', '0.1.0', 1795989708735, 'fixture', NULL);
INSERT INTO workflow_choices (no, namespace, name, version, set_at, set_by, reason) VALUES (3, 'south', 'Parted', NULL, 1795989708775, 'fixture', NULL);
PRAGMA user_version = 3;
