/**
 * What a workflow is: a name, a version and a DAG of steps. Every way of writing one (TypeScript, YAML,
 * Markdown, JSON over HTTP) ends here; a definition is immutable once registered.
 */
export const LIMITS = {
    bodyBytes: 1024 * 1024,
    payloadBytes: 256 * 1024,
    outputBytes: 256 * 1024,
    stepsPerWorkflow: 10_000,
    nameLength: 100,
    tenantIdLength: 50,
    dependenciesPerStep: 1_000,
    jsonDepth: 64,
    /** Ten years. */
    delaySeconds: 315_576_000,
    tasksPerBatch: 1_000,
};
