/** A task in words for a terminal: what state it is in and why it does not move, then its steps as a table. */
import { fromNow, paintStatus, plain, table } from "./output.js";
/** A workflow can have thousands of steps that wait; the table shows each of them anyway. */
const REASONS = 5;
export function showTask(task, nowMs, colors) {
    const status = paintStatus(task.status, colors);
    const [reason, ...others] = reasonsOf(task, nowMs);
    const first = reason === undefined ? status : `${status}: ${reason}`;
    const more = others.length > REASONS ? [`  and ${others.length - REASONS} more reasons; --json has all`] : [];
    return [
        first,
        ...others.slice(0, REASONS).map((text) => `  also ${text}`),
        ...more,
        factsOf(task, nowMs, colors),
        '',
        stepTable(task.steps, nowMs, colors),
        ...(task.result === null ? [] : ['', `result: ${plain(task.result)}`]),
    ].join('\n');
}
/** One line, for lists of one. */
export function taskLine(task, nowMs, colors) {
    const [reason] = reasonsOf(task, nowMs);
    const why = reason === undefined ? '' : ` (${reason})`;
    return `${plain(task.name)} ${task.id}: ${paintStatus(task.status, colors)}${why}`;
}
/** What went wrong, if it has, then what is waited for. */
export function reasonsOf(task, nowMs) {
    const { error } = task;
    const failed = error === null ? [] : [`${error.step === null ? '' : `step ${plain(error.step)}: `}${errorText(error)}`];
    return [...failed, ...task.waitingFor.map((waiting) => waitingText(waiting, nowMs))];
}
function waitingText({ step, why, until, taskId }, nowMs) {
    const who = step === undefined ? '' : `step ${plain(step)}: `;
    const which = taskId === undefined || why.includes(taskId) ? '' : ` (task ${plain(taskId)})`;
    const when = until === null ? '' : `, until ${plain(until)} (${fromNow(until, nowMs)})`;
    return `${who}${plain(why)}${which}${when}`;
}
function errorText(error) {
    const code = error.code === null ? '' : ` (${plain(error.code)})`;
    return `${plain(error.name)}: ${plain(error.message)}${code}`;
}
function factsOf(task, nowMs, colors) {
    const version = task.workflow === null ? '' : ` ${plain(task.workflow.version)}`;
    const facts = [
        `${colors.bold(plain(task.name))}${version}`,
        task.id,
        `tenant ${plain(task.tenantId)}`,
        ...(task.correlationId === null ? [] : [`correlation ${plain(task.correlationId)}`]),
        `created ${plain(task.createdAt)} (${fromNow(task.createdAt, nowMs)})`,
        ...(task.finishedAt === null ? [] : [`finished ${plain(task.finishedAt)}`]),
    ];
    return facts.join('  ');
}
function stepTable(steps, nowMs, colors) {
    const rows = steps.map((step) => [
        plain(step.name),
        { text: step.status, paint: (text) => paintStatus(text.trimEnd(), colors, text.length) },
        `${step.attempt} of ${step.maxAttempts}`,
        step.nextAttemptAt === null ? '' : fromNow(step.nextAttemptAt, nowMs),
        step.error === null ? '' : errorText(step.error),
    ]);
    return table(['STEP', 'STATUS', 'ATTEMPTS', 'NEXT ATTEMPT', 'ERROR'], rows, colors);
}
export function taskTable(tasks, nowMs, colors) {
    const rows = tasks.map((task) => [
        task.id,
        plain(task.name),
        { text: task.status, paint: (text) => paintStatus(text.trimEnd(), colors, text.length) },
        fromNow(task.createdAt, nowMs),
        plain(task.tenantId),
        reasonsOf(task, nowMs)[0] ?? '',
    ]);
    return table(['ID', 'NAME', 'STATUS', 'CREATED', 'TENANT', 'WHY'], rows, colors);
}
/** A line of `watch`. */
export function factLine({ at, actor, fact, attempt, error }, colors) {
    const which = attempt === null ? '' : `  attempt ${attempt}`;
    const why = error === null ? '' : `  ${errorText(error)}`;
    return `${colors.dim(plain(at))}  ${plain(actor)}  ${paintStatus(fact, colors)}${which}${why}`;
}
export function historyTable(events, colors) {
    const rows = events.map(({ seq, at, actor, event, from, to, attempt, detail }) => [
        String(seq),
        plain(at),
        plain(actor),
        plain(event),
        from === to ? plain(to) : `${from === null ? '' : `${plain(from)} → `}${plain(to)}`,
        attempt === null ? '' : String(attempt),
        Object.keys(detail).length === 0 ? '' : plain(detail),
    ]);
    return table(['SEQ', 'AT', 'ACTOR', 'EVENT', 'STATE', 'ATTEMPT', 'DETAIL'], rows, colors);
}
