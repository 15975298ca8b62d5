/** A workflow in TypeScript says what one in a file says, and nothing it is given is dropped. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import { expect, it } from 'vitest';
import { type DefinedWorkflow, defineWorkflow } from '../../src/workflow/define.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';

const refusalOf = (make: () => DefinedWorkflow): unknown => {
  try {
    make();
  } catch (error) {
    return error;
  }
  return null;
};

it('a call over HTTP and a failure handler are the same in TypeScript and YAML', () => {
  const { definition } = defineWorkflow({
    name: 'Pay',
    version: '1.0.0',
    steps: {
      charge: {
        description: 'Takes the money.',
        http: { method: 'post', url: 'https://pay.example/charges', body: { total: '${payload.total}' } },
        maxAttempts: 5,
        timeout: '20s',
        critical: true,
      },
      tell: { handler: 'mail', onFailure: 'what' },
      note: { onFailure: true },
    },
  });
  const yaml = `
name: Pay
version: 1.0.0
steps:
  - name: charge
    description: Takes the money.
    http: { method: post, url: 'https://pay.example/charges', body: { total: '\${payload.total}' } }
    retry_limit: 5
    timeout: 20s
    critical: true
  - { name: tell, handler: mail, on_failure: what }
  - { name: note, on_failure: true }
`;
  const variables = {};
  expect(definition).toMatchObject({
    steps: loadWorkflow(yaml, 'yaml', { environment: null, variables }).steps,
  });
});

it('a field that a step or a workflow does not have is refused with what was meant (F4)', () => {
  const steps = { a: { htp: { url: 'https://a.example' } }, b: { onFailur: true }, c: { retry_limit: 2 } };
  expect(refusalOf(() => defineWorkflow({ name: 'Typo', steps, versoin: '2' } as never))).toMatchObject({
    code: 'INVALID_WORKFLOW',
    faults: [
      { pointer: '/versoin', message: 'unknown field "versoin"; did you mean "version"?' },
      { pointer: '/steps/a/htp', message: 'unknown field "htp"; did you mean "http"?' },
      { pointer: '/steps/b/onFailur', message: 'unknown field "onFailur"; did you mean "onFailure"?' },
      { pointer: '/steps/c/retry_limit' },
    ],
  });
});

it('a field of backoff that there is not is refused', () => {
  const steps = { a: { backoff: { base: 1_000 } } };
  expect(refusalOf(() => defineWorkflow({ name: 'Typo', steps } as never))).toMatchObject({
    faults: [{ pointer: '/steps/a/backoff/base', message: 'unknown field "base"; did you mean "baseMs"?' }],
  });
});

it('a call that cannot be made is refused where it stands', () => {
  const define = (step: object) =>
    refusalOf(() => defineWorkflow({ name: 'Pay', steps: { a: step } } as never));
  const http = { url: 'https://a.example' };
  expect(define({ http: { uri: 'https://a.example' } })).toMatchObject({
    faults: expect.arrayContaining([expect.objectContaining({ pointer: '/steps/a/http/uri' })]),
  });
  expect(define({ http, handler: 'pay' })).toMatchObject({ faults: [{ pointer: '/steps/a/handler' }] });
  expect(define({ http, isolation: 'process' })).toMatchObject({
    faults: [{ pointer: '/steps/a/isolation' }],
  });
});
