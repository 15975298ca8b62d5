/** Troupe's public API, listed by hand: what is not here may change at any time. */
export { loadKeys } from "./api/keys.js";
export { createApp } from "./api/app.js";
export { listen } from "./api/listen.js";
export { Refusal } from "./errors.js";
export { createTroupe } from "./troupe.js";
export { PermanentError, RetryableError } from "./worker/errors.js";
export { defineWorkflow } from "./workflow/define.js";
export { parseTaskRequest } from "./workflow/task-request.js";
