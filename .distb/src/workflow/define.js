/**
 * A workflow written in TypeScript: steps as an object, handlers inline or by name. A step's `dependsOn` types its
 * `job.dependencies`, the input schema types `job.payload`, and a name that is no step does not compile.
 */
import { DEFAULT_BACKOFF } from "../../machines/index.js";
import { Refusal } from "../errors.js";
import { compileWorkflow } from "./compile.js";
import { DURATION_FORMS, durationMs } from "./duration.js";
/** Throws a Refusal (INVALID_WORKFLOW) that names everything wrong with it. */
export function defineWorkflow(options) {
    const entries = Object.entries(options.steps);
    const definition = {
        name: options.name,
        namespace: options.namespace ?? 'default',
        version: options.version ?? '0.1.0',
        description: options.description ?? '',
        input: null,
        steps: entries.map(([name, step]) => toStep(options.name, name, step)),
    };
    compileWorkflow(definition);
    const handlers = entries.flatMap(([name, { handler, concurrency }]) => typeof handler === 'function'
        ? [{ name: inlineName(options.name, name), run: handler, concurrency: concurrency ?? null }]
        : []);
    return { definition, handlers, input: options.input ?? null };
}
/** An inline handler belongs to its step: the same step name in two workflows is two handlers. */
const inlineName = (workflow, step) => `${workflow}/${step}`;
function toStep(workflow, name, step) {
    const { handler = name, maxAttempts = null, backoff } = step;
    if (maxAttempts !== null && !(Number.isInteger(maxAttempts) && maxAttempts >= 1)) {
        throw invalid(name, 'maxAttempts', 'must be a whole number of executions, at least 1');
    }
    return {
        name,
        handler: typeof handler === 'string' ? handler : inlineName(workflow, name),
        dependsOn: step.dependsOn ?? [],
        maxAttempts,
        timeoutMs: toMs(name, 'timeout', step.timeout),
        startTimeoutMs: toMs(name, 'startTimeout', step.startTimeout),
        backoff: backoff === undefined ? null : { ...DEFAULT_BACKOFF, ...backoff },
        critical: step.critical ?? false,
        optional: step.optional ?? false,
        agent: step.agent ?? 'default',
        channel: step.channel ?? null,
    };
}
function toMs(step, field, duration) {
    if (duration === undefined)
        return null;
    const ms = durationMs(duration);
    if (ms === null)
        throw invalid(step, field, DURATION_FORMS);
    return ms;
}
const invalid = (step, field, message) => new Refusal('invalid', 'INVALID_WORKFLOW', `step ${step}: ${field} ${message}`, {
    faults: [{ pointer: `/steps/${step}/${field}`, message }],
});
/** The payload as the schema gives it back; throws INVALID_PAYLOAD with every fault. */
export async function checkInput(input, payload) {
    const result = await input['~standard'].validate(payload);
    if (result.issues === undefined)
        return result.value;
    const faults = result.issues.map(({ message, path = [] }) => ({
        pointer: ['/payload', ...path.map((part) => String(typeof part === 'object' ? part.key : part))].join('/'),
        message,
    }));
    const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
    throw new Refusal('invalid', 'INVALID_PAYLOAD', `the payload does not fit: ${text}`, { faults });
}
