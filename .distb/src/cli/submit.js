/** `troupe submit`: a task from flags, exactly as `POST /tasks` takes it; every rule is the server's. */
import { InvalidArgumentError } from 'commander';
import { addServerOptions, Client } from "./client.js";
import { jsonArgument } from "./json-argument.js";
import { colorsFor, print, printJson, say } from "./output.js";
import { showTask, taskLine } from "./show.js";
import { watchTask } from "./watch.js";
export function addSubmit(program) {
    const command = program
        .command('submit')
        .argument('<name>', 'a registered workflow, or a handler')
        .summary('submit a task')
        .description('Submits a task and prints its id.')
        .option('--payload <json>', 'JSON object, @FILE, or - for standard input')
        .option('--delay <seconds>', 'start after this long', numberArgument)
        .option('--max-retries <n>', 'n retries are n + 1 attempts', numberArgument)
        .option('--depends-on <task>', 'an id or a name that must be complete first; repeatable', append)
        .option('--tenant <id>', 'whose task it is')
        .option('--idempotency-key <key>', 'the same key and task again answers with the first')
        .option('--notify <url>', 'gets a webhook when the task is complete or has failed')
        .option('--priority <n>', '1 to 10, higher first', numberArgument)
        .option('--correlation-id <id>', 'what it belongs to; scopes dependencies by name')
        .option('--timeout <seconds>', 'longest one attempt may run', numberArgument)
        .option('--tag <tag>', 'to find it by; repeatable', append)
        .option('--allow-unresolved', 'wait for dependencies nobody has submitted yet')
        .option('--on-dependency-failure <what>', 'wait or fail')
        .option('--workflow-version <version>', 'the newest unless given')
        .option('--wait', 'follow it until it ends; exit 1 unless it is complete')
        .option('--json', 'print the task as JSON');
    addServerOptions(command).action(submit);
}
async function submit(name, options) {
    const client = new Client(options);
    const { task, replayed } = await client.task('/tasks', bodyOf(name, options));
    if (replayed)
        say('This idempotency key was used before: this is the first task.');
    if (options.wait) {
        say(taskLine(task, Date.now(), colorsFor(process.stderr)));
        const ended = await watchTask(client, task.id, { print: say, colors: colorsFor(process.stderr) });
        if (options.json)
            printJson(ended);
        else
            print(showTask(ended, Date.now(), colorsFor(process.stdout)));
        return;
    }
    if (options.json)
        return printJson(task);
    say(`${taskLine(task, Date.now(), colorsFor(process.stderr))}\nFollow it: troupe tasks watch ${task.id}`);
    print(task.id);
}
/** Only what was given, so that the server's defaults stay the only ones. */
function bodyOf(name, options) {
    const { payload } = options;
    return {
        name,
        payload: payload === undefined ? undefined : jsonArgument('--payload', payload),
        delaySeconds: options.delay,
        maxRetries: options.maxRetries,
        dependencies: options.dependsOn,
        tenantId: options.tenant,
        idempotencyKey: options.idempotencyKey,
        notificationUrl: options.notify,
        priority: options.priority,
        correlationId: options.correlationId,
        timeoutSeconds: options.timeout,
        tags: options.tag,
        allowUnresolved: options.allowUnresolved,
        onDependencyFailure: options.onDependencyFailure,
        workflowVersion: options.workflowVersion,
    };
}
function numberArgument(text) {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value))
        throw new InvalidArgumentError('It is not a number.');
    return value;
}
function append(entry, before = []) {
    return [...before, entry];
}
