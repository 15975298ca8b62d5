/** A small shop: carts, products, orders placed once per idempotency key, and faults on demand. */

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { orderRequestSchema } from '../models.ts';
import { CARTS, PRODUCTS } from './catalogue.ts';
import { Faults, faultSchema } from './faults.ts';
import { OrderBook } from './orders.ts';

export interface ShopOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Path of the orders, or `:memory:`. */
  readonly orders: string;
}

export interface Shop {
  readonly url: string;
  close(): Promise<void>;
}

export async function startShop({ port, orders }: ShopOptions): Promise<Shop> {
  const book = new OrderBook(orders);
  const app = shopApp(book, new Faults());
  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }) as Server;
  await once(server, 'listening').catch((error: unknown) => {
    book.close();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      // Those that hang on demand would keep it open for ever.
      server.closeAllConnections();
      await closed;
      book.close();
    },
  };
}

function shopApp(book: OrderBook, faults: Faults): Hono {
  const app = new Hono();
  app.use('/carts/*', faults.middleware);
  app.use('/products', faults.middleware);
  app.on('POST', '/orders', faults.middleware);

  app.get('/carts/:id', (c) => {
    const id = c.req.param('id');
    const cart = Object.hasOwn(CARTS, id) ? CARTS[id] : undefined;
    return cart === undefined ? c.json({ error: `there is no cart ${id}` }, 404) : c.json(cart);
  });
  app.get('/products', (c) => c.json(PRODUCTS));

  app.post('/orders', async (c) => {
    const key = c.req.header('idempotency-key');
    if (key === undefined) return c.json({ error: 'send an Idempotency-Key' }, 400);
    const request = await read(c, orderRequestSchema);
    if (request instanceof Response) return request;
    const { order, isNew } = book.place(key, request);
    return c.json(order, isNew ? 201 : 200);
  });
  app.get('/orders', (c) => c.json(book.all()));

  app.post('/faults', async (c) => {
    const fault = await read(c, faultSchema);
    if (fault instanceof Response) return fault;
    faults.plan(fault);
    return c.json(fault, 201);
  });
  app.get('/requests', (c) => c.json(faults.asked));
  return app;
}

/** The body as the schema gives it back, or the answer that says what is wrong with it. */
async function read<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema> | Response> {
  const body: unknown = await c.req.json().catch(() => undefined);
  const { success, data, error } = schema.safeParse(body);
  return success ? data : c.json({ error: z.prettifyError(error) }, 422);
}
