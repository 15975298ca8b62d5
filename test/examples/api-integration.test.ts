/** The API integration example through its HTTP interface, with a shop that fails on demand and time moved by hand. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { startIntegration } from '../../examples/api-integration/integration.ts';
import { ManualClock } from '../../src/kernel/clock.ts';
import { shopOnPort, taskCalls } from './api-integration-calls.ts';

const CART = 'GET /carts/1';
const PRODUCTS = 'GET /products';
const ORDERS = 'POST /orders';

async function start() {
  const shop = await shopOnPort();
  const clock = new ManualClock();
  const integration = await startIntegration({
    db: ':memory:',
    port: 0,
    shopUrl: shop.url,
    clock,
    // The dice that choose the whole of every delay.
    random: () => 1 - Number.EPSILON,
  });
  onTestFinished(() => integration.close());
  const calls = taskCalls(integration.url);

  /** Moves the clock through the backoffs of a step; the delays it had, in milliseconds. */
  async function passBackoffs(id: string, step: string, count: number): Promise<(number | null)[]> {
    const delays: (number | null)[] = [];
    for (let attempt = 1; attempt <= count; attempt++) {
      await calls.hears(id, `step:${step}`, 'retrying', attempt);
      const delay = (await calls.attempts(id, step)).at(-1)?.backoffMs ?? null;
      delays.push(delay);
      clock.advance(delay ?? 0);
    }
    return delays;
  }
  return { shop, clock, ...integration, ...calls, passBackoffs };
}

describe('a cart', () => {
  it('becomes an order with discounts, which fulfillment confirms', async () => {
    const { shop, submit, ends, fulfillment } = await start();
    const task = await ends(await submit(1), 'complete');
    const [order] = await shop.orders();
    expect(order).toMatchObject({
      cart_id: 1,
      user_id: 33,
      // Two teapots at 19.99 less 12.5 %, one towel at 7.50.
      items: [
        { product_id: 1, quantity: 2, total_cents: 3_998, discounted_total_cents: 3_498 },
        { product_id: 2, quantity: 1, total_cents: 750, discounted_total_cents: 750 },
      ],
      total_cents: 4_748,
      discounted_total_cents: 4_248,
      status: 'placed_pending_fulfillment',
    });
    expect(fulfillment.orders).toEqual([order]);
    expect(task).toMatchObject({ initiator: 'user', reason: 'Process order', sourceSystem: 'web' });
    expect(task.result).toEqual({
      publish_event: {
        event_id: `${task.id}/publish_event`,
        status: 'confirmed',
        confirmed_by: 'fulfillment',
      },
    });
  });

  it('may have numbers sent as text, and two lines of the same product, which count together', async () => {
    const { shop, submit, ends } = await start();
    await ends(await submit(2), 'complete');
    expect(await shop.orders()).toMatchObject([
      {
        user_id: 7,
        items: [{ product_id: 3, quantity: 5, total_cents: 2_125, discounted_total_cents: 1_912 }],
      },
    ]);
  });

  it.each([
    [
      'wants more of a product in all than there is',
      { cart: 3, code: 'PRODUCTS_NOT_AVAILABLE', says: ['product 3 has 6 in stock, the cart asks for 7'] },
    ],
    [
      'has one product nobody knows and one that is sold out',
      {
        cart: 4,
        code: 'PRODUCTS_NOT_AVAILABLE',
        says: ['there is no product 99', 'product 4 has 0 in stock'],
      },
    ],
    ['is empty', { cart: 5, code: 'EMPTY_CART', says: ['cart 5 is empty'] }],
  ])('is refused at once and for good when it %s', async (_, { cart, code, says }) => {
    const { shop, submit, ends, steps } = await start();
    const id = await submit(cart);
    const { error } = await ends(id, 'failed');
    expect(error).toMatchObject({ step: 'validate_products', code });
    for (const text of says) expect(error?.message).toContain(text);
    expect((await steps(id)).validate_products).toMatchObject({ status: 'failed', attempt: 1 });
    expect(await shop.orders()).toEqual([]);
  });

  it.each([{}, { cart_id: null }, { cart_id: 'one' }, { cart_id: 0 }, { cart_id: 1.5 }])(
    'has an id: %j is refused by the schema and nothing is stored',
    async (payload) => {
      const { url, tryToSubmit } = await start();
      const response = await tryToSubmit(payload);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: 'INVALID_PAYLOAD' });
      expect(await (await fetch(`${url}/tasks`)).json()).toMatchObject({ tasks: [] });
    },
  );

  it('that does not exist fails its branch for good, and the task, while the other branch completes', async () => {
    const { submit, ends, steps, task } = await start();
    const id = await submit(404);
    expect((await ends(id, 'failed')).error).toMatchObject({ step: 'fetch_cart', code: 'HTTP_404' });
    expect(await steps(id)).toMatchObject({
      fetch_cart: { status: 'failed', attempt: 1 },
      fetch_products: { status: 'complete' },
      validate_products: { status: 'pending', attempt: 0 },
    });
    expect((await task(id)).waitingFor).toContainEqual(
      expect.objectContaining({ kind: 'dependency', step: 'validate_products', on: 'fetch_cart' }),
    );
  });
});

describe('the two fetches', () => {
  it('are under way at the same time, and validation waits for both', async () => {
    const { shop, clock, submit, steps, hears, ends, passBackoffs } = await start();
    await shop.fault({ request: CART, fault: 'hang' });
    await shop.fault({ request: PRODUCTS, fault: 'hang' });
    const id = await submit(1);
    await shop.hasOpen(CART, PRODUCTS);

    // Both attempts time out; then only the cart comes.
    await shop.fault({ request: PRODUCTS, fault: 'hang' });
    clock.advance(10_000);
    await hears(id, 'step:fetch_products', 'retrying', 1);
    await passBackoffs(id, 'fetch_cart', 1);
    await hears(id, 'step:fetch_cart', 'complete');
    await shop.hasOpen(PRODUCTS);
    expect((await steps(id)).validate_products).toMatchObject({ status: 'pending', attempt: 0 });

    clock.advance(10_000);
    await hears(id, 'step:fetch_products', 'retrying', 2);
    clock.advance(4_000);
    await ends(id, 'complete');
    expect(await shop.orders()).toHaveLength(1);
  });
});

describe('a shop that fails', () => {
  it('with 503 twice is asked a third time, after delays that double', async () => {
    const { shop, submit, ends, passBackoffs } = await start();
    await shop.fault({ request: CART, fault: 'status', status: 503, times: 2 });
    const id = await submit(1);
    expect(await passBackoffs(id, 'fetch_cart', 2)).toEqual([2_000, 4_000]);
    await ends(id, 'complete');
    expect((await shop.asked(CART)).map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(await shop.asked(PRODUCTS)).toHaveLength(1);
  });

  it('for long is never left alone for more than 30 seconds, and is given up after six attempts', async () => {
    const { shop, submit, ends, passBackoffs } = await start();
    await shop.fault({ request: ORDERS, fault: 'status', status: 500, times: 6 });
    const id = await submit(1);
    expect(await passBackoffs(id, 'create_order', 5)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000]);
    expect((await ends(id, 'failed')).error).toMatchObject({ step: 'create_order', retryable: true });
    expect(await shop.asked(ORDERS)).toHaveLength(6);
  });

  it.each([
    [CART, 'fetch_cart'],
    [ORDERS, 'create_order'],
  ])('and says when to come back is heard: %s, in seconds and as a date', async (request, step) => {
    const { shop, clock, submit, ends, passBackoffs } = await start();
    await shop.fault({ request, fault: 'status', status: 429, retry_after: 7 });
    const id = await submit(1);
    const date = new Date(clock.now() + 7_000 + 45_000).toUTCString();
    await shop.fault({ request, fault: 'status', status: 503, retry_after: date });
    expect(await passBackoffs(id, step, 2)).toEqual([7_000, 45_000]);
    await ends(id, 'complete');
  });

  it.each([
    [PRODUCTS, 'fetch_products'],
    [ORDERS, 'create_order'],
  ])('with 422 is asked once: %s', async (request, step) => {
    const { shop, submit, ends } = await start();
    await shop.fault({ request, fault: 'status', status: 422, times: 2 });
    const { error } = await ends(await submit(1), 'failed');
    expect(error).toMatchObject({ step, code: 'HTTP_422', retryable: false });
    expect(await shop.asked(request)).toHaveLength(1);
  });

  it('to answer after it took the order gives the same order when it is asked again', async () => {
    const { shop, clock, submit, ends, passBackoffs } = await start();
    await shop.fault({ request: ORDERS, fault: 'lose_answer' });
    const id = await submit(1);
    await shop.hasOpen(ORDERS);
    clock.advance(10_000);
    await passBackoffs(id, 'create_order', 1);
    await ends(id, 'complete');
    const asked = await shop.asked(ORDERS);
    expect(asked.map((one) => one.idempotency_key)).toEqual([`${id}/create_order`, `${id}/create_order`]);
    expect(asked.map(({ status }) => status)).toEqual([null, 200]);
    expect(await shop.orders()).toHaveLength(1);
  });
});

describe('the event', () => {
  it('is published again until somebody confirms it, and the order is not placed again', async () => {
    const { shop, submit, ends, steps, fulfillment, passBackoffs, hears } = await start();
    fulfillment.stop();
    const id = await submit(1);
    await hears(id, 'step:publish_event', 'retrying', 1);
    expect((await steps(id)).publish_event?.error?.message).toContain('NO_RESPONDERS');
    fulfillment.start();
    await passBackoffs(id, 'publish_event', 1);
    await ends(id, 'complete');
    expect(fulfillment.orders).toEqual(await shop.orders());
    expect(await shop.asked(ORDERS)).toHaveLength(1);
  });
});
