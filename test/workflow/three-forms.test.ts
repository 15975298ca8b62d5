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
  deadline: '3d',
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
      within: '2h',
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
deadline: 3d
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
    within: 2h
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
deadline: 3d
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
within: 2h
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
  deadline: '3d',
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
      within: '2h',
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

it('a workflow without a deadline, and a step without a time of its own, keep the hash that they had', () => {
  const { definition } = defineWorkflow({ name: 'W', version: '1.0.0', steps: { a: {} } });
  expect(Object.keys(definition)).not.toContain('deadlineMs');
  expect(Object.keys(definition.steps[0] ?? {})).not.toContain('withinMs');
});

const deadlineIn = (deadline: string | number) => ({ name: 'W', deadline, steps: [{ name: 'a' }] });
const withinIn = (within: string | number) => ({ name: 'W', steps: [{ name: 'a', within }] });
const BAD = [0, -1, '0s', '-1h', '1y', '3653d', 'soon'];

it.each<[string, (deadline: string | number) => unknown]>([
  ['TypeScript', (deadline) => defineWorkflow({ name: 'W', deadline, steps: { a: {} } })],
  ['the builder', (deadline) => workflow('W', { deadline }).step('a').definition],
  ['YAML', (deadline) => loadWorkflow(JSON.stringify(deadlineIn(deadline)), 'yaml', OPTIONS)],
  ['JSON', (deadline) => parseWorkflowJson(deadlineIn(deadline))],
  [
    'Markdown',
    (deadline) => loadWorkflow(`---\ndeadline: ${deadline}\n---\n# W\n\n## a !\n`, 'markdown', OPTIONS),
  ],
])('%s refuses a deadline that is nothing, negative or beyond ten years', (_, make) => {
  for (const deadline of BAD)
    expect(() => make(deadline), String(deadline)).toThrow(/above 0, at most 10 years/);
  for (const deadline of [0.5, '90s', '3650d']) expect(() => make(deadline)).not.toThrow();
});

it.each<[string, (within: string | number) => unknown]>([
  ['TypeScript', (within) => defineWorkflow({ name: 'W', steps: { a: { within } } })],
  ['the builder', (within) => workflow('W').step('a', { within }).definition],
  ['YAML', (within) => loadWorkflow(JSON.stringify(withinIn(within)), 'yaml', OPTIONS)],
  ['JSON', (within) => parseWorkflowJson(withinIn(within))],
  [
    'Markdown',
    (within) => loadWorkflow(`# W\n\n## a !\n\n~~~step\nwithin: ${within}\n~~~\n`, 'markdown', OPTIONS),
  ],
])('%s refuses the same of the time of a step', (_, make) => {
  for (const within of BAD) expect(() => make(within), String(within)).toThrow(/above 0, at most 10 years/);
  for (const within of [0.5, '90s', '3650d']) expect(() => make(within)).not.toThrow();
});
