/** One workflow, written in TypeScript, YAML, JSON and Markdown: it is the same one, to its hash. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import { expect, it } from 'vitest';
import { workflow } from '../../src/workflow/builder.ts';
import { compileWorkflow } from '../../src/workflow/compile.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import type { WorkflowDefinition } from '../../src/workflow/definition.ts';
import { loadWorkflow } from '../../src/workflow/file.ts';
import { loadJsonWorkflow, parseWorkflowJson } from '../../src/workflow/from-json.ts';

const OPTIONS = { environment: null, variables: {} };

const { definition: typescript } = defineWorkflow({
  name: 'Order',
  namespace: 'shop',
  version: '1.2.0',
  description: 'Takes an order through.',
  steps: {
    'Fetch Cart': {
      description: 'Asks the shop.',
      http: { url: 'https://shop.example/carts/${payload.cart}', headers: { Accept: 'application/json' } },
      timeout: '20s',
    },
    'Process Payment': {
      handler: 'ProcessPayment',
      dependsOn: ['Fetch Cart'],
      agent: 'billing',
      channel: 'payments',
      critical: true,
      maxAttempts: 5,
      startTimeout: '1h',
      backoff: { strategy: 'fixed', baseMs: 2_000, jitter: 'none' },
      isolation: 'process',
      memory: '256MB',
    },
    'Wrap Gift': {
      handler: 'wrap',
      dependsOn: ['Process Payment'],
      optional: true,
      when: 'payload.gift and steps["Fetch Cart"].output.size != small',
      with: {
        paper: 'red',
        lines: '${steps["Fetch Cart"].output.lines}',
        card: { to: ['Dear ${payload.name}', 1] },
      },
    },
    'Tell Support': {
      handler: 'TellSupport',
      with: { what: '${steps.what_failed.output}' },
      description: 'Somebody is to know.',
      agent: 'support',
      onFailure: 'what_failed',
    },
  },
});

const YAML = `
name: Order
namespace: shop
version: 1.2.0
description: Takes an order through.
steps:
  - name: Fetch Cart
    description: Asks the shop.
    http: { url: "https://shop.example/carts/\${payload.cart}", headers: { Accept: application/json } }
    timeout: 20s
  - name: Process Payment
    handler: ProcessPayment
    depends_on: Fetch Cart
    agent: billing
    channel: payments
    critical: true
    retry_limit: 5
    start_timeout: 1h
    backoff: { strategy: fixed, base: 2s, jitter: none }
    isolation: process
    memory: 256MB
  - name: Wrap Gift
    handler: wrap
    depends_on: Process Payment
    optional: true
    when: payload.gift and steps["Fetch Cart"].output.size != small
    with:
      paper: red
      lines: \${steps["Fetch Cart"].output.lines}
      card: { to: ["Dear \${payload.name}", 1] }
  - name: Tell Support
    handler: TellSupport
    with: { what: "\${steps.what_failed.output}" }
    description: Somebody is to know.
    agent: support
    on_failure: what_failed
`;

const MARKDOWN = `---
name: Order
namespace: shop
version: 1.2.0
---
# How an order is handled

Takes an order through.

## Fetch Cart @default

The cart is the shop's.

~~~step
description: Asks the shop.
http: { url: "https://shop.example/carts/\${payload.cart}", headers: { Accept: application/json } }
timeout: 20s
~~~

## Process Payment @billing #payments !

~~~step
depends_on: fetch cart
retry_limit: 5
start_timeout: 1h
backoff: { strategy: fixed, base: 2s, jitter: none }
isolation: process
memory: 256MB
~~~

## Wrap Gift ?

~~~step
handler: wrap
depends_on: Process Payment
when: payload.gift and steps["fetch cart"].output.size != small
with:
  paper: red
  lines: '\${steps["Fetch Cart"].output.lines}'
  card: { to: ["Dear \${payload.name}", 1] }
~~~

## Tell Support @support

~~~step
description: Somebody is to know.
on_failure: what_failed
with: { what: "\${steps.what_failed.output}" }
~~~
`;

it.each<[string, () => WorkflowDefinition]>([
  ['YAML', () => loadWorkflow(YAML, 'yaml', OPTIONS)],
  ['Markdown', () => loadWorkflow(MARKDOWN, 'markdown', OPTIONS)],
  ['JSON', () => loadJsonWorkflow(JSON.stringify(JSON_FORM))],
])(
  '%s says what TypeScript says: calls, arguments, conditions, failure handlers, descriptions and all',
  (_, load) => {
    expect(load()).toEqual(typescript);
    expect(compileWorkflow(load()).hash).toBe(compileWorkflow(typescript).hash);
  },
);

const JSON_FORM = {
  name: 'Order',
  namespace: 'shop',
  version: '1.2.0',
  description: 'Takes an order through.',
  steps: [
    {
      name: 'Fetch Cart',
      description: 'Asks the shop.',
      http: { url: 'https://shop.example/carts/${payload.cart}', headers: { Accept: 'application/json' } },
      timeout: '20s',
    },
    {
      name: 'Process Payment',
      handler: 'ProcessPayment',
      depends_on: 'Fetch Cart',
      agent: 'billing',
      channel: 'payments',
      critical: true,
      retry_limit: 5,
      start_timeout: '1h',
      backoff: { strategy: 'fixed', base: '2s', jitter: 'none' },
      isolation: 'process',
      memory: '256MB',
    },
    {
      name: 'Wrap Gift',
      handler: 'wrap',
      depends_on: 'Process Payment',
      optional: true,
      when: 'payload.gift and steps["Fetch Cart"].output.size != small',
      with: {
        paper: 'red',
        lines: '${steps["Fetch Cart"].output.lines}',
        card: { to: ['Dear ${payload.name}', 1] },
      },
    },
    {
      name: 'Tell Support',
      with: { what: '${steps.what_failed.output}' },
      handler: 'TellSupport',
      description: 'Somebody is to know.',
      agent: 'support',
      on_failure: 'what_failed',
    },
  ],
};

const ONCE = { name: 'W', steps: [{ name: 'a', critical: true, optional: true }] };

it.each<[string, () => unknown]>([
  ['TypeScript', () => defineWorkflow({ name: 'W', steps: { a: { critical: true, optional: true } } })],
  ['the builder', () => workflow('W').step('a', { critical: true, optional: true }, () => 1).definition],
  ['YAML', () => loadWorkflow(JSON.stringify(ONCE), 'yaml', OPTIONS)],
  ['JSON', () => parseWorkflowJson(ONCE)],
  ['Markdown', () => loadWorkflow('# W\n\n## a !\n\n~~~step\noptional: true\n~~~\n', 'markdown', OPTIONS)],
])('%s refuses a step that is critical and optional at once, in the same words', (_, make) => {
  const fault = expect.objectContaining({ message: 'a step cannot be critical and optional at once' });
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_WORKFLOW', faults: [fault] }));
});
