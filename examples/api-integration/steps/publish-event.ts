/** Announces the order on the bus. The step is complete when a subscriber has confirmed that it has the event. */

import type { HandlerContext } from 'troupe/worker';
import { type Confirmation, orderSchema } from '../models.ts';
import type { OrderEvents } from '../order-events.ts';
import { read } from './read.ts';

export const publishEvent =
  (events: OrderEvents) =>
  async (job: HandlerContext): Promise<Confirmation> => {
    const order = read(orderSchema, job.dependencies.create_order, 'the order');
    // The same id at every attempt, so that whoever hears it twice can tell.
    return events.publish({ event_id: job.idempotencyKey, type: 'order.created', order });
  };
