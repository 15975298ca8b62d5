/** A workflow made step by step: what its types say, which the compiler holds, and what it does. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of Troupe's own, not templates.

import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { PermanentError } from '../../src/worker/errors.ts';
import type { HandlerContext } from '../../src/worker/job.ts';
import { type StepFailure, workflow } from '../../src/workflow/builder.ts';
import { defineWorkflow } from '../../src/workflow/define.ts';
import type { Stored } from '../../src/workflow/json-type.ts';
import { startTroupe } from '../support.ts';

const order = workflow('Order', { input: z.object({ orderId: z.string(), count: z.number().default(1) }) })
  .step('cart', (job) => ({ total: 30, items: job.payload.count, at: new Date(0) }))
  .step('discount', { optional: true }, () => ({ percent: 10 }))
  .step('pay', { dependsOn: ['cart', 'discount'], maxAttempts: 2 }, async ({ dependencies }) => {
    const { cart, discount } = dependencies;
    return { paid: cart.total - (discount?.percent ?? 0), since: cart.at };
  })
  .step('mail', { dependsOn: ['pay'] }, (job) => `${job.payload.orderId}: ${job.dependencies.pay.paid}`);

it('runs, and gives a result of the type that its last steps have', async () => {
  const troupe = await startTroupe({ workflows: [order] });
  const run = await troupe.run(order, { orderId: 'A1' });
  const result = await run.result();
  expectTypeOf(result).toEqualTypeOf<{ readonly mail: string }>();
  expect(result).toEqual({ mail: 'A1: 20' });
  expect(troupe.tasks.get(run.taskId).steps).toMatchObject([
    { name: 'cart', output: { total: 30, items: 1, at: '1970-01-01T00:00:00.000Z' } },
    { name: 'discount', optional: true },
    { name: 'pay', dependsOn: ['cart', 'discount'], maxAttempts: 2 },
    { name: 'mail' },
  ]);
});

it('is the same workflow as defineWorkflow makes of the same steps', () => {
  const pay = (): string => 'paid';
  const made = workflow('Order', { version: '2.0.0', namespace: 'shop', description: 'An order' })
    .step('call', { http: { url: 'https://shop.example' }, timeout: '5s' })
    .step('pay', { dependsOn: ['call'], critical: true, concurrency: 2 }, pay)
    .step('ship', { dependsOn: ['pay'], handler: 'Ship', agent: 'depot' })
    .step('support', { onFailure: true }, () => null);
  const same = defineWorkflow({
    name: 'Order',
    version: '2.0.0',
    namespace: 'shop',
    description: 'An order',
    steps: {
      call: { http: { url: 'https://shop.example' }, timeout: '5s' },
      pay: { dependsOn: ['call'], critical: true, concurrency: 2, handler: pay },
      ship: { dependsOn: ['pay'], handler: 'Ship', agent: 'depot' },
      support: { onFailure: true, handler: () => null },
    },
  });
  expect(made.definition).toEqual(same.definition);
  expect(made.handlers.map(({ name }) => name)).toEqual(same.handlers.map(({ name }) => name));
});

it('knows which steps conditions may leave out: a chosen one, and one all of whose dependencies may be', async () => {
  const optional: readonly ('gift' | 'base')[] = ['gift'];
  const left = workflow('Left', { input: z.object({ gift: z.boolean() }) })
    .step('base', () => 1)
    .step('maybe', { optional: true }, () => 1)
    .step('gift', { dependsOn: ['base'], when: 'payload.gift' }, () => 'gift')
    .step('call', { dependsOn: ['base'], when: 'payload.gift', handler: 'base' })
    .step('wrap', { dependsOn: ['gift'] }, (job) => {
      expectTypeOf(job.dependencies.gift).toEqualTypeOf<string | null>();
      return 'wrapped';
    })
    .step('both', { dependsOn: ['call', 'wrap'] }, () => 'both')
    .step('some', { dependsOn: optional }, () => 'some')
    .step('join', { dependsOn: ['base', 'wrap'] }, () => 'joined')
    .step('after', { dependsOn: ['maybe'] }, () => 'ran')
    .step('none', { dependsOn: [] }, () => 'ran')
    .step('end', { dependsOn: ['wrap', 'both', 'some', 'join', 'after', 'none'] }, ({ dependencies }) => {
      expectTypeOf(dependencies).toEqualTypeOf<{
        readonly wrap: string | null;
        readonly both: string | null;
        readonly some: string | null;
        readonly join: string;
        readonly after: string;
        readonly none: string;
      }>();
      return dependencies;
    });
  const troupe = await startTroupe({ workflows: [left] });
  const run = await troupe.run(left, { gift: false });
  expect(await run.result()).toEqual({
    end: { wrap: null, both: null, some: null, join: 'joined', after: 'ran', none: 'ran' },
  });
});

it('gives a failure handler the failures, and the outputs that there are', async () => {
  const told: unknown[] = [];
  const failing = workflow('Failing')
    .step('cart', () => ({ total: 3 }))
    .step('pay', { dependsOn: ['cart'] }, (): number => {
      throw new PermanentError('no such card', { code: 'NO_CARD' });
    })
    .step('support', { onFailure: 'failed' }, ({ dependencies }) => {
      expectTypeOf(dependencies.failed).toEqualTypeOf<readonly StepFailure[]>();
      expectTypeOf(dependencies.cart).toEqualTypeOf<{ total: number } | undefined>();
      told.push(dependencies.cart?.total, dependencies.failed[0]?.step, dependencies.failed[0]?.error.code);
    });
  const troupe = await startTroupe({ workflows: [failing] });
  await expect((await troupe.run(failing)).result()).rejects.toMatchObject({ code: 'NO_CARD' });
  expect(told).toEqual([3, 'pay', 'NO_CARD']);
});

it('types the arguments of a step by what is written, where references may be anything', async () => {
  const to: string = '${payload.to}';
  const mail = workflow('Mail', { input: z.object({ to: z.string(), count: z.number() }) })
    .step('plain', (job) => {
      expectTypeOf(job.with).toEqualTypeOf<Record<never, never>>();
      return job.with;
    })
    .step(
      'send',
      {
        with: {
          channel: 'mail',
          most: 3,
          urgent: false,
          count: '${payload.count}',
          both: '${payload.to} and ${payload.count}',
          text: 'to ${payload.to}',
          kept: '$${payload.to}',
          to,
          list: ['a', { id: '${payload.to}', none: null }],
        },
      },
      (job) => {
        expectTypeOf(job.with).toEqualTypeOf<{
          readonly channel: 'mail';
          readonly most: 3;
          readonly urgent: false;
          readonly count: unknown;
          readonly both: string;
          readonly text: string;
          readonly kept: string;
          readonly to: unknown;
          readonly list: readonly ['a', { readonly id: unknown; readonly none: null }];
        }>();
        return job.with;
      },
    );
  const troupe = await startTroupe({ workflows: [mail] });
  const run = await troupe.run(mail, { to: 'Ann', count: 2 });
  expect(await run.result()).toEqual({
    plain: {},
    send: {
      ...{ channel: 'mail', most: 3, urgent: false, count: 2, both: 'Ann and 2', text: 'to Ann' },
      ...{ kept: '${payload.to}', to: 'Ann', list: ['a', { id: 'Ann', none: null }] },
    },
  });
});

it('gives one handler to many steps, each with its own arguments', async () => {
  interface Letter {
    readonly with: { readonly channel: 'mail' | 'chat'; readonly to: unknown };
  }
  const send = ({ with: { channel, to } }: Letter): string => `${channel} to ${String(to)}`;
  const any = (job: HandlerContext): unknown => job.with['channel'];
  const news = workflow('News')
    .step('mail', { with: { channel: 'mail', to: '${payload.to}' } }, send)
    .step('chat', { with: { channel: 'chat', to: 'depot' } }, send)
    .step('any', { dependsOn: ['chat'], with: { channel: '${steps.mail.output}' } }, any);
  expect(() => news.definition).toThrow(/"mail" is not before this step/);
  const mended = workflow('News')
    .step('mail', { with: { channel: 'mail', to: '${payload.to}' } }, send)
    .step('chat', { dependsOn: ['mail'], with: { channel: 'chat', to: 'depot' } }, send)
    .step('any', { dependsOn: ['chat'], with: { channel: '${steps.mail.output}' } }, any);
  const troupe = await startTroupe({ workflows: [mended] });
  expect(await (await troupe.run(mended, { to: 'Ann' })).result()).toEqual({ any: 'mail to Ann' });
});

it('refuses what is wrong with it where it is used, and a step that was left aside', async () => {
  const late = workflow('Late').step('a', { timeout: 'soon' }, () => 1);
  await expect(startTroupe({ workflows: [late] })).rejects.toMatchObject({ code: 'INVALID_WORKFLOW' });
  const begun = workflow('Begun').step('a', () => 1);
  begun.step('b', () => 2);
  const left = expect.objectContaining({ code: 'INVALID_WORKFLOW', message: expect.stringContaining('"b"') });
  expect(() => begun.step('c', () => 3)).toThrow(left);
  expect(() => begun.definition).toThrow(left);
});

/** Each line after an expected error would run; this file compiles because the compiler refuses them all. */
function wrong(): void {
  const cart = workflow('Cart').step('cart', () => ({ total: 3 }));
  // @ts-expect-error: there is no step carts
  cart.step('pay', { dependsOn: ['carts'] }, () => 1);
  // @ts-expect-error: its output has no totals
  cart.step('pay', { dependsOn: ['cart'] }, (job) => job.dependencies.cart.totals);
  // @ts-expect-error: it does not depend on cart
  cart.step('pay', (job) => job.dependencies.cart);
  // @ts-expect-error: nor does this
  cart.step('pay', { timeout: '5s' }, (job) => job.dependencies.cart);
  // @ts-expect-error: no step has this field
  cart.step('pay', { maxAttemps: 3 }, () => 1);
  // @ts-expect-error: the name is taken
  cart.step('cart', () => 1);
  // @ts-expect-error: it has no argument of this name
  cart.step('mail', { with: { channel: 'mail' } }, (job) => job.with.chanel);
  // @ts-expect-error: nor has a step without any
  cart.step('mail', (job) => job.with.channel);
  // @ts-expect-error: a reference may be anything
  cart.step('mail', { with: { to: '${payload.to}' } }, (job) => job.with.to.length);
  // @ts-expect-error: arguments are an object
  cart.step('mail', { with: 'mail' }, () => 1);
  cart
    .step('gift', { optional: true }, () => ({ wrapped: true }))
    // @ts-expect-error: it may be null, since the step is optional
    .step('pay', { dependsOn: ['gift'] }, (job) => job.dependencies.gift.wrapped);
  // @ts-expect-error: the payload has no such field
  workflow('Typed', { input: z.object({ orderId: z.string() }) }).step('a', (job) => job.payload.order);
}

it('holds the names and the outputs of steps while it is compiled', async () => {
  expect(wrong).toHaveLength(0);
  const troupe = await startTroupe({ workflows: [order] });
  // @ts-expect-error: orderId is missing
  await expect(troupe.run(order, { count: 2 })).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
  // @ts-expect-error: the payload is missing
  await expect(troupe.run(order)).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
});

it('types an output as the JSON that is kept of it', () => {
  expectTypeOf<Stored<{ at: Date; note?: string; list: [1, Date] }>>().toEqualTypeOf<{
    at: string;
    note?: string;
    list: [1, string];
  }>();
  expectTypeOf<Stored<void>>().toEqualTypeOf<null>();
  expectTypeOf<Stored<undefined>>().toEqualTypeOf<null>();
  expectTypeOf<Stored<unknown>>().toEqualTypeOf<unknown>();
});
