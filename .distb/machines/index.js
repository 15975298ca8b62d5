export { backoffMs, DEFAULT_BACKOFF, MAX_RETRY_AFTER_MS } from "./backoff.js";
export { DEFAULT_STEP_POLICY, standingOf, stepMachine, } from "./step.js";
export { taskMachine, } from "./task.js";
