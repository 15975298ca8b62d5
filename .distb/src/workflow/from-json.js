/**
 * A workflow written as JSON (the keys are those of YAML) to a definition. Reports everything that is wrong with
 * it at once. What only the whole graph can tell (circles) is the compiler's to say.
 */
import { z } from 'zod';
import { DEFAULT_BACKOFF } from "../../machines/backoff.js";
import { LIMITS } from "./definition.js";
import { DURATION_FORMS, durationMs } from "./duration.js";
import { isJsonObject, jsonObjectOf, nameField, proseOf } from "./fields.js";
import { nearest, parseWith, strict } from "./parse.js";
const durationField = z
    .union([z.number(), z.string()], DURATION_FORMS)
    .refine((value) => durationMs(value) !== null, DURATION_FORMS)
    .meta({ description: 'Seconds, or `500ms`, `30s`, `5m`, `2h`' });
const backoffField = strict({
    strategy: z.enum(['exponential', 'linear', 'fixed']).default(DEFAULT_BACKOFF.strategy),
    base: durationField.default(DEFAULT_BACKOFF.baseMs / 1_000),
    max: durationField.default(DEFAULT_BACKOFF.maxMs / 1_000),
    jitter: z.enum(['equal', 'full', 'none']).default(DEFAULT_BACKOFF.jitter),
})
    .refine((backoff) => (durationMs(backoff.base) ?? 0) <= (durationMs(backoff.max) ?? 0), {
    message: 'must not be longer than max (30 s unless given); set a longer max',
    path: ['base'],
})
    .meta({ id: 'Backoff' });
const namesField = z.union([nameField, z.array(nameField).max(LIMITS.dependenciesPerStep)], `must be the name of a step or a list of at most ${LIMITS.dependenciesPerStep}`);
const stepField = strict({
    name: nameField,
    handler: nameField.optional().meta({ description: "The step's name unless given" }),
    depends_on: namesField.optional(),
    depends_on_step: namesField.optional(),
    depends_on_steps: namesField.optional(),
    retryable: z.boolean().default(true).meta({ description: 'false: one attempt' }),
    retry_limit: z
        .int('must be a whole number')
        .min(1, 'must be at least 1: it counts executions, the first included')
        .max(1_001, 'must be at most 1001')
        .optional()
        .meta({ description: 'Executions in all; 3 unless given' }),
    timeout: durationField.optional(),
    start_timeout: durationField.optional(),
    backoff: z
        .union([nameField, backoffField], 'must be the name of one of retry_strategies, or {strategy, base, max, jitter}')
        .optional(),
    agent: nameField.default('default').meta({ description: 'Which workers may run it' }),
    channel: nameField.nullable().default(null).meta({ description: 'Where its facts also go' }),
    critical: z.boolean().default(false).meta({ description: 'Its failure halts the task' }),
    optional: z
        .boolean()
        .default(false)
        .meta({ description: 'Its failure skips it; dependents run with null' }),
})
    .refine((step) => !(step.critical && step.optional), {
    message: 'a step cannot be critical and optional at once',
    path: ['optional'],
})
    .meta({ id: 'WorkflowStep' });
export const workflowJsonSchema = strict({
    name: nameField,
    namespace: nameField.default('default'),
    version: nameField.default('0.1.0'),
    description: proseOf(10_000).default(''),
    input: jsonObjectOf(LIMITS.payloadBytes)
        .nullable()
        .default(null)
        .meta({ type: 'object', description: 'JSON Schema 2020-12 of the payload' }),
    retry_strategies: z.record(nameField, backoffField).default({}),
    steps: z
        .array(stepField)
        .min(1, 'must have at least one step')
        .max(LIMITS.stepsPerWorkflow, `must be at most ${LIMITS.stepsPerWorkflow} steps`),
})
    // Also when fields are broken, so that all problems come at once; hence it looks before it trusts a shape.
    .superRefine(crossCheck, { when: ({ value }) => isJsonObject(value) && Array.isArray(value.steps) })
    .meta({ id: 'WorkflowRequest' });
/** Refuses with INVALID_WORKFLOW and every fault. */
export function parseWorkflowJson(body) {
    return toDefinition(parseWith(workflowJsonSchema, body, 'INVALID_WORKFLOW', 'the workflow'));
}
export function toDefinition(parsed) {
    const { name, namespace, version, description, input, retry_strategies: strategies } = parsed;
    return {
        name,
        namespace,
        version,
        description,
        input,
        steps: parsed.steps.map((step) => toStep(step, strategies)),
    };
}
function toStep(step, strategies) {
    const backoff = typeof step.backoff === 'string' ? strategies[step.backoff] : step.backoff;
    return {
        name: step.name,
        handler: step.handler ?? step.name,
        dependsOn: [...new Set(dependencyNames(step).map(({ name }) => name))],
        maxAttempts: step.retryable ? (step.retry_limit ?? null) : 1,
        timeoutMs: durationMs(step.timeout),
        startTimeoutMs: durationMs(step.start_timeout),
        backoff: backoff === undefined ? null : toBackoff(backoff),
        critical: step.critical,
        optional: step.optional,
        agent: step.agent,
        channel: step.channel,
    };
}
function toBackoff({ strategy, base, max, jitter }) {
    return {
        strategy,
        baseMs: durationMs(base) ?? DEFAULT_BACKOFF.baseMs,
        maxMs: durationMs(max) ?? DEFAULT_BACKOFF.maxMs,
        jitter,
    };
}
/** Names that must be there and must be unique. */
function crossCheck(workflow, context) {
    const steps = workflow.steps.map((step) => (isJsonObject(step) ? step : {}));
    const strategies = isJsonObject(workflow.retry_strategies) ? workflow.retry_strategies : {};
    const names = new Set(steps.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
    const seen = new Set();
    const fault = (path, message) => context.addIssue({ code: 'custom', path, message });
    steps.forEach((step, at) => {
        if (typeof step.name === 'string') {
            if (seen.has(step.name))
                fault(['steps', at, 'name'], `there is another step named "${step.name}"`);
            seen.add(step.name);
        }
        for (const { name, path } of dependencyNames(step)) {
            if (!names.has(name))
                fault(['steps', at, ...path], `there is no step "${name}"${hint(name, names)}`);
        }
        if (typeof step.backoff === 'string' && !Object.hasOwn(strategies, step.backoff)) {
            const known = Object.keys(strategies);
            fault(['steps', at, 'backoff'], `retry_strategies has no "${step.backoff}"${hint(step.backoff, known)}`);
        }
    });
}
function hint(name, known) {
    const meant = nearest(name, known);
    return meant === null ? '' : `; did you mean "${meant}"?`;
}
/** The three spellings of the key, one or many, with where each name stands. */
function dependencyNames(step) {
    return ['depends_on', 'depends_on_step', 'depends_on_steps'].flatMap((key) => {
        const given = step[key];
        if (typeof given === 'string')
            return [{ name: given, path: [key] }];
        if (!Array.isArray(given))
            return [];
        return given.flatMap((name, at) => (typeof name === 'string' ? [{ name, path: [key, at] }] : []));
    });
}
