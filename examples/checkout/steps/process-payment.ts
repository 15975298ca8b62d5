/**
 * Charges the total. The job's idempotency key is the same for every attempt, after a crash and after a retry by
 * hand too, so the provider charges once whatever happens here. What only the customer can mend is not tried again.
 */

import { type HandlerContext, PermanentError, RetryableError } from 'troupe/worker';
import { z } from 'zod';
import { cartSchema } from '../models/cart.ts';
import { checkoutSchema, read } from '../models/checkout.ts';
import type { Shop } from '../shop.ts';
import type { Reply } from '../simulators/payments.ts';

export const paymentSchema = z.object({
  payment_id: z.string(),
  amount_charged_cents: z.int(),
  amount_given_cents: z.int(),
});

export type Payment = z.output<typeof paymentSchema>;

export const processPayment =
  ({ payments }: Shop) =>
  async (job: HandlerContext): Promise<Payment> => {
    const { payment_info } = read(checkoutSchema, job.payload, 'the checkout');
    const { total_cents } = read(cartSchema, job.dependencies.validate_cart, 'the cart');
    const request = { key: job.idempotencyKey, token: payment_info.token, amountCents: total_cents };
    const reply = await payments.charge(request, job.signal);
    if (reply.status === 'refused') throw refusalOf(reply);
    return {
      payment_id: reply.paymentId,
      amount_charged_cents: reply.amountCents,
      amount_given_cents: Math.round(payment_info.amount * 100),
    };
  };

function refusalOf({ result, retryAfterSeconds }: Extract<Reply, { status: 'refused' }>): Error {
  switch (result) {
    case 'insufficient_funds':
      return new PermanentError('the card has insufficient funds', { code: 'INSUFFICIENT_FUNDS' });
    case 'invalid_token':
      return new PermanentError('the provider does not know this payment token', { code: 'INVALID_TOKEN' });
    case 'timeout':
      return new RetryableError('the payment gateway did not answer in time', { details: { result } });
    case 'rate_limited':
      return new RetryableError(`the payment gateway asks to wait ${retryAfterSeconds} s`, {
        details: { result },
        ...(retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }),
      });
    case 'unavailable':
      return new RetryableError('the payment gateway is temporarily unavailable', { details: { result } });
  }
}
