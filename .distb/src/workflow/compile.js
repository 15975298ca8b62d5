/** Turns a definition into the graph the engine runs, and refuses what is not a DAG, with the path of a circle. */
import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import { Refusal } from "../errors.js";
import { LIMITS } from "./definition.js";
/** Throws INVALID_WORKFLOW with every fault; pointers are into the definition's JSON form. */
export function compileWorkflow(definition) {
    const faults = [];
    const { steps } = definition;
    const indexByName = new Map();
    if (steps.length === 0)
        faults.push({ pointer: '/steps', message: 'a workflow has at least one step' });
    if (steps.length > LIMITS.stepsPerWorkflow) {
        faults.push({ pointer: '/steps', message: `${steps.length} steps; at most ${LIMITS.stepsPerWorkflow}` });
    }
    steps.forEach((step, index) => {
        if (indexByName.has(step.name)) {
            faults.push({
                pointer: `/steps/${index}/name`,
                message: `there is already a step called ${step.name}`,
            });
        }
        else
            indexByName.set(step.name, index);
    });
    const dependencies = steps.map((step, index) => resolveNames(step, index, indexByName, faults));
    if (faults.length === 0) {
        const circle = findCircle(dependencies);
        if (circle !== null) {
            const path = circle.map((index) => steps[index]?.name).join(' → ');
            faults.push({
                pointer: `/steps/${circle[0]}/depends_on`,
                message: `steps depend on each other in a circle: ${path}`,
            });
        }
    }
    if (faults.length > 0) {
        const [first] = faults;
        throw new Refusal('invalid', 'INVALID_WORKFLOW', `workflow ${definition.name}: ${first?.message}`, {
            faults,
        });
    }
    return link(definition, indexByName, dependencies);
}
function resolveNames(step, index, indexByName, faults) {
    if (step.dependsOn.length > LIMITS.dependenciesPerStep) {
        faults.push({
            pointer: `/steps/${index}/depends_on`,
            message: `${step.dependsOn.length} dependencies; at most ${LIMITS.dependenciesPerStep} a step`,
        });
    }
    const found = new Set();
    for (const name of step.dependsOn) {
        const dependency = indexByName.get(name);
        if (dependency !== undefined)
            found.add(dependency);
        else
            faults.push({
                pointer: `/steps/${index}/depends_on`,
                message: `${step.name} depends on ${name}, which is no step`,
            });
    }
    return [...found];
}
function link(definition, indexByName, dependencies) {
    const dependents = dependencies.map(() => []);
    dependencies.forEach((list, index) => {
        for (const dependency of list)
            dependents[dependency]?.push(index);
    });
    const indices = dependencies.map((_, index) => index);
    return {
        definition,
        hash: createHash('sha256')
            .update(stringify(definition) ?? '')
            .digest('hex'),
        indexByName,
        dependencies,
        dependents,
        roots: indices.filter((index) => dependencies[index]?.length === 0),
        leaves: indices.filter((index) => dependents[index]?.length === 0),
    };
}
/** Indices along one circle, first and last the same, or null. Depth first without recursion: chains are long. */
export function findCircle(edges) {
    const done = new Uint8Array(edges.length);
    const onPath = new Uint8Array(edges.length);
    for (let start = 0; start < edges.length; start++) {
        if (done[start] === 1)
            continue;
        const path = [{ node: start, next: 0 }];
        onPath[start] = 1;
        for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
            const to = edges[top.node]?.[top.next++];
            if (to === undefined) {
                onPath[top.node] = 0;
                done[top.node] = 1;
                path.pop();
            }
            else if (onPath[to] === 1) {
                const nodes = path.map(({ node }) => node);
                return [...nodes.slice(nodes.indexOf(to)), to];
            }
            else if (done[to] !== 1) {
                onPath[to] = 1;
                path.push({ node: to, next: 0 });
            }
        }
    }
    return null;
}
/** The workflow of a task that is one handler: one step of the task's own name. */
export function singleStepWorkflow(handler) {
    return compileWorkflow({
        name: handler,
        namespace: 'default',
        version: '0.0.0',
        description: '',
        input: null,
        steps: [
            {
                name: handler,
                handler,
                dependsOn: [],
                maxAttempts: null,
                timeoutMs: null,
                startTimeoutMs: null,
                backoff: null,
                critical: false,
                optional: false,
                agent: 'default',
                channel: null,
            },
        ],
    });
}
