/** The checkout example over HTTP: what each kind of failure does to an order, and to the money. */

import { describe, expect, it } from 'vitest';
import { startCheckout } from './checkout.ts';

const PRINTED = {
  checkout: {
    cart_items: [{ product_id: 1, quantity: 2 }],
    payment_info: { token: 'test_success_visa', amount: 100.0 },
    customer_info: { email: 'test@example.com', name: 'Test Customer' },
  },
};
const paying = (token: string) => ({ payment_info: { token } });
const mailTo = (email: string) => ({ customer_info: { email } });
const TOO_MANY = { cart_items: [{ product_id: 1, quantity: 999 }] };

describe('a checkout', () => {
  it('ends in an order: the computed total is charged and stored, the given amount recorded', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(PRINTED);
    await shop.ends(id, 'complete');
    expect(await shop.status(id)).toMatchObject({
      status: 'complete',
      progress: { completed: 5, total: 5, percent: 100 },
      failed_step: null,
      retry_url: null,
      order: { order_id: 'ORD-000001', total_cents: 7_077 },
    });
    const { payments, orders, mail, products } = await shop.world();
    expect(payments).toMatchObject([{ amount_cents: 7_077, result: 'charged' }]);
    expect(orders).toMatchObject([{ total_cents: 7_077, amount_given_cents: 10_000 }]);
    expect(mail).toMatchObject([{ to: 'test@example.com' }]);
    expect(products.find(({ id: product }) => product === 1)?.stock).toBe(498);
  });

  it('may leave out any part: the sample purchase fills it in', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(paying('test_success_visa'));
    await shop.ends(id, 'complete');
    expect((await shop.world()).orders).toMatchObject([
      { total_cents: 7_077, amount_given_cents: 10_000, customer: PRINTED.checkout.customer_info },
    ]);
  });

  it('sent twice with one Idempotency-Key is one purchase', async () => {
    const shop = await startCheckout();
    const send = () => shop.post('/checkout', PRINTED, { 'idempotency-key': '"cart-77"' });
    const answers = [await send(), await send()];
    expect(answers.map(({ status }) => status)).toEqual([202, 200]);
    expect(answers[1]?.headers.get('idempotent-replayed')).toBe('true');
    const ids = await Promise.all(answers.map((answer) => answer.json() as Promise<{ task_id: string }>));
    expect(ids[0]?.task_id).toBe(ids[1]?.task_id);
  });

  it.each([
    { items: [[2, 4]], total: 5_196 + 416 + 599 },
    { items: [[2, 5]], total: 6_495 + 520 + 999 },
    { items: [[2, 20]], total: 25_980 + 2_078 + 999 },
    { items: [[2, 21]], total: 27_279 + 2_182 + 1_499 },
    {
      items: [
        [3, 1],
        [2, 2],
        [3, 1],
      ],
      total: 11_698 + 936 + 599,
    },
  ])('of $items costs $total cents', async ({ items, total }) => {
    const shop = await startCheckout();
    const id = await shop.checkout({
      cart_items: items.map(([product_id, quantity]) => ({ product_id, quantity })),
    });
    await shop.ends(id, 'complete');
    expect((await shop.status(id)).order?.total_cents).toBe(total);
  });

  it('is refused with every problem at once when it is not one', async () => {
    const shop = await startCheckout();
    const wrong = {
      checkout: { cart: [], payment_info: { token: 4 }, cart_items: [{ product_id: 1, quantity: 0 }] },
    };
    const response = await shop.post('/checkout', wrong);
    expect(response.status).toBe(422);
    const { code, errors } = (await response.json()) as { code: string; errors: { pointer: string }[] };
    expect(code).toBe('INVALID_PAYLOAD');
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/checkout',
      '/checkout/cart_items/0/quantity',
      '/checkout/payment_info/token',
    ]);
    for (const body of ['{"cart', undefined]) expect((await shop.post('/checkout', body)).status).toBe(400);
  });

  it.each([7, 4])('of product %s, which is not sold, fails at once and costs nothing', async (product_id) => {
    const shop = await startCheckout();
    const id = await shop.checkout({ cart_items: [{ product_id, quantity: 1 }] });
    await shop.ends(id, 'failed');
    expect((await shop.status(id)).failed_step).toMatchObject({
      name: 'validate_cart',
      attempts: 1,
      error: { code: 'INVALID_CART' },
    });
    expect(await shop.payments()).toEqual([]);
  });
});

describe('a payment', () => {
  it('is executed exactly three times on a gateway timeout, then the checkout has failed', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(paying('test_timeout_gateway'));
    await shop.waitOut(id, 'process_payment');
    expect(await shop.payments()).toEqual(['timeout', 'timeout', 'timeout']);
    expect(await shop.status(id)).toMatchObject({
      status: 'failed',
      progress: { completed: 1, total: 5, percent: 20 },
      failed_step: { name: 'process_payment', attempts: 3, max_attempts: 3 },
      retry_url: `/retry_checkout/${id}`,
    });
  });

  it('goes through on a retry once the gateway works, and the cart is not validated again', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(paying('test_timeout_gateway'));
    await shop.waitOut(id, 'process_payment');
    await shop.post('/simulators/repair', { token: 'test_timeout_gateway' });
    const { retry_url } = await shop.status(id);
    expect((await shop.post(String(retry_url))).status).toBe(202);
    await shop.ends(id, 'complete');
    expect(await shop.payments()).toEqual(['timeout', 'timeout', 'timeout', 'charged']);
    expect((await shop.details(id)).steps.map(({ history }) => history.length)).toEqual([1, 4, 1, 1, 1]);
  });

  it.each([
    ['test_insufficient_funds', 'insufficient_funds', 'INSUFFICIENT_FUNDS'],
    ['test_invalid_card', 'invalid_token', 'INVALID_TOKEN'],
    ['tok_of_another_provider', 'invalid_token', 'INVALID_TOKEN'],
  ])('with %s is executed exactly once', async (token, result, code) => {
    const shop = await startCheckout();
    const id = await shop.checkout(paying(token));
    await shop.ends(id, 'failed');
    expect(await shop.payments()).toEqual([result]);
    expect((await shop.status(id)).failed_step).toMatchObject({
      attempts: 1,
      error: { code, retryable: false },
    });
  });

  it('waits as long as a rate limit asks', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(paying('test_rate_limit_visa'));
    await shop.step(id, 'process_payment', 'retrying', 1);
    const { current_step } = await shop.status(id);
    expect(Date.parse(String(current_step?.next_attempt_at)) - shop.clock.now()).toBe(5_000);
    await shop.waitOut(id, 'process_payment');
    expect(await shop.payments()).toEqual(['rate_limited', 'charged']);
    expect((await shop.status(id)).status).toBe('complete');
  });

  it('outlives a temporary failure, waiting longer each time', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(paying('test_temp_fail_visa'));
    await shop.waitOut(id, 'process_payment');
    expect(await shop.payments()).toEqual(['unavailable', 'unavailable', 'charged']);
    expect((await shop.status(id)).status).toBe('complete');
    const [first, second] = (await shop.details(id)).steps[1]?.history ?? [];
    expect(first?.backoff_ms).toBeGreaterThanOrEqual(1_000);
    expect(first?.backoff_ms).toBeLessThanOrEqual(2_000);
    expect(second?.backoff_ms).toBeGreaterThanOrEqual(2_000);
    expect(second?.backoff_ms).toBeLessThanOrEqual(4_000);
  });

  it('whose answers get lost for 30 s each is charged once all the same', async () => {
    const shop = await startCheckout({ latencyMs: 600_000 });
    const id = await shop.checkout(PRINTED);
    for (const attempt of [1, 2, 3]) {
      await shop.step(id, 'process_payment', 'running', attempt);
      shop.clock.advance(29_999);
      expect((await shop.status(id)).current_step).toMatchObject({ status: 'running', attempts: attempt });
      shop.clock.advance(1);
      if (attempt === 3) break;
      await shop.step(id, 'process_payment', 'retrying', attempt);
      const { current_step } = await shop.status(id);
      shop.clock.moveTo(Date.parse(String(current_step?.next_attempt_at)));
    }
    await shop.ends(id, 'failed');
    expect(await shop.payments()).toEqual(['charged']);
  });
});

describe('after the money has moved', () => {
  it('an inventory conflict is tried twice, then the checkout has failed and the payment stands', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(TOO_MANY);
    await shop.waitOut(id, 'update_inventory');
    expect((await shop.status(id)).failed_step).toMatchObject({ name: 'update_inventory', attempts: 2 });
    const { payments, orders, products } = await shop.world();
    expect(payments).toMatchObject([{ result: 'charged', amount_cents: 2_996_001 + 239_680 + 1_499 }]);
    expect(orders).toEqual([]);
    expect(products.find(({ id: product }) => product === 1)?.stock).toBe(500);
  });

  it('a delivery and a retry end the conflict without a second payment', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(TOO_MANY);
    await shop.waitOut(id, 'update_inventory');
    await shop.post('/simulators/repair', { delivery: { product_id: 1, quantity: 500 } });
    await shop.post(`/retry_checkout/${id}`);
    await shop.ends(id, 'complete');
    expect(await shop.payments()).toEqual(['charged']);
    expect((await shop.world()).products[0]?.stock).toBe(1);
  });

  it('an e-mail that fails five times, is repaired and retried costs no second payment', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(mailTo('bounce_ann@example.com'));
    await shop.waitOut(id, 'send_confirmation');
    expect(await shop.status(id)).toMatchObject({
      status: 'failed',
      progress: { completed: 4, total: 5 },
      failed_step: { name: 'send_confirmation', attempts: 5, max_attempts: 5 },
      order: { order_id: 'ORD-000001' },
    });
    await shop.post('/simulators/repair', { email: 'bounce_ann@example.com' });
    await shop.post(`/retry_checkout/${id}`);
    await shop.ends(id, 'complete');
    const { payments, orders, mail } = await shop.world();
    expect([payments, orders, mail].map(({ length }) => length)).toEqual([1, 1, 1]);
    expect((await shop.details(id)).steps.map(({ history }) => history.length)).toEqual([1, 1, 1, 1, 6]);
  });
});

describe('the service', () => {
  it('retries only what has failed', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(PRINTED);
    await shop.ends(id, 'complete');
    const refused = await shop.post(`/retry_checkout/${id}`);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([422, 'NOT_FAILED']);
    for (const path of ['/retry_checkout/nope', '/retry_checkout/']) {
      expect((await shop.post(path)).status).toBe(404);
    }
  });

  it('shows the workflow: what depends on what, and every attempt with its error', async () => {
    const shop = await startCheckout();
    const id = await shop.checkout(paying('test_insufficient_funds'));
    await shop.ends(id, 'failed');
    const { workflow, steps, diagram } = await shop.details(id);
    expect(workflow).toMatchObject({ name: 'order_processing', version: '1.0.0' });
    expect(steps.map(({ name, max_attempts }) => [name, max_attempts])).toEqual([
      ['validate_cart', 3],
      ['process_payment', 3],
      ['update_inventory', 2],
      ['create_order', 3],
      ['send_confirmation', 5],
    ]);
    expect(steps[1]?.history).toMatchObject([
      { attempt: 1, status: 'failed', error: { code: 'INSUFFICIENT_FUNDS' } },
    ]);
    expect(diagram).toContain('process_payment');
  });

  it('refuses a repair of nothing, or of what is not there', async () => {
    const shop = await startCheckout();
    for (const body of [{}, { tokn: 'x' }, { delivery: { product_id: 77, quantity: 1 } }]) {
      expect((await shop.post('/simulators/repair', body)).status).toBe(422);
    }
  });
});
