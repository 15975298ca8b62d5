/** Checks a payload against its workflow's input schema (JSON Schema 2020-12), defaults filled in. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Refusal } from "../errors.js";
const validators = new WeakMap();
function createAjv() {
    const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, allowUnionTypes: true });
    formats.default(ajv);
    return ajv;
}
/** Throws INVALID_WORKFLOW if the input schema is no JSON Schema. */
export function compileInput(definition) {
    if (definition.input === null)
        return null;
    const known = validators.get(definition);
    if (known !== undefined)
        return known;
    try {
        const validate = createAjv().compile(definition.input);
        validators.set(definition, validate);
        return validate;
    }
    catch (error) {
        const message = `the input schema cannot be used: ${error instanceof Error ? error.message : error}`;
        throw new Refusal('invalid', 'INVALID_WORKFLOW', message, {
            faults: [{ pointer: '/input', message }],
            cause: error,
        });
    }
}
/** The payload with defaults; throws INVALID_PAYLOAD with every fault. */
export function validatePayload(workflow, payload) {
    const validate = compileInput(workflow.definition);
    if (validate === null)
        return payload;
    const filled = structuredClone(payload);
    if (validate(filled))
        return filled;
    const faults = (validate.errors ?? []).map(({ instancePath, message, params }) => ({
        pointer: `/payload${instancePath}`,
        message: [message, ...Object.values(params).filter((value) => typeof value === 'string')].join(': '),
    }));
    const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
    throw new Refusal('invalid', 'INVALID_PAYLOAD', `the payload does not fit ${workflow.definition.name}: ${text}`, {
        faults,
    });
}
