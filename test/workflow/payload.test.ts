import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { validatePayload } from '../../src/workflow/payload.ts';
import { step, workflow } from '../support.ts';

function faultsOf(schema: Readonly<Record<string, unknown>>, payload: Readonly<Record<string, unknown>>) {
  const compiled = compileWorkflow({
    ...workflow('Order', [step('a')]),
    input: { type: 'object', ...schema },
  });
  try {
    validatePayload(compiled, payload);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.faults.map(({ pointer, message }) => `${pointer} ${message}`);
  }
}

const of = (property: unknown) => ({ properties: { cart_id: property } });

describe('a fault of a payload', () => {
  test.each([
    [of({ type: 'integer' }), { cart_id: 'one' }, ['/payload/cart_id must be integer']],
    [of({ minimum: 1 }), { cart_id: 0 }, ['/payload/cart_id must be >= 1']],
    [of({ format: 'email' }), { cart_id: 'x' }, ['/payload/cart_id must match format "email"']],
    [of({ pattern: '^a' }), { cart_id: 'b' }, ['/payload/cart_id must match pattern "^a"']],
    [{ required: ['cart_id'] }, {}, ["/payload must have required property 'cart_id'"]],
    [
      { additionalProperties: false },
      { properties: 1 },
      ['/payload must NOT have additional properties: properties'],
    ],
    [
      { allOf: [of({ type: 'integer' }), of({ type: 'integer' })] },
      { cart_id: 'x' },
      ['/payload/cart_id must be integer'],
    ],
  ])('of %j is said once', (schema, payload, faults) => {
    expect(faultsOf(schema, payload)).toEqual(faults);
  });
});
