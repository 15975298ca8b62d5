import { describe, expect, it, onTestFinished } from 'vitest';
import type { Resolve } from '../../src/outbound/connect.ts';
import { createTargetPolicy } from '../../src/outbound/target.ts';
import { createWebhookSender } from '../../src/webhooks/send.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { FORBIDDEN_ADDRESSES } from './addresses.ts';
import { spellings } from './spellings.ts';

interface Setting {
  allow?: string[];
  resolve?: Resolve;
  timeoutMs?: number;
}

function sendWith({ allow = [], resolve, timeoutMs }: Setting) {
  const sender = createWebhookSender({
    secret: null,
    policy: createTargetPolicy(allow),
    ...(resolve === undefined ? {} : { resolve }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  onTestFinished(() => sender.close());
  return (url: string) => sender.send({ id: 'msg_1', url, body: '{}' }, new AbortController().signal);
}

/** A name server whose first query gets the first answer, and so on; the last answer stays. */
function nameServer(...answers: string[][]) {
  const queries: string[] = [];
  const resolve: Resolve = async (hostname) => {
    queries.push(hostname);
    return answers[Math.min(queries.length, answers.length) - 1] ?? [];
  };
  return { queries, resolve };
}

const forbidden = { status: 'failed', error: { code: 'ADDRESS_NOT_ALLOWED', retryable: false } };

describe('connecting', () => {
  it.each(FORBIDDEN_ADDRESSES)('is refused for a name that resolves to %s', async (address) => {
    const { resolve } = nameServer([address]);
    const outcome = await sendWith({ resolve })('https://hooks.example/');
    expect(outcome).toMatchObject(forbidden);
    const message = outcome.status === 'failed' ? outcome.error.message : '';
    for (const word of ['hooks.example', address, 'TROUPE_WEBHOOK_ALLOW']) expect(message).toContain(word);
  });

  it.each(['127.0.0.1', '[::1]', '2130706433', '[::ffff:127.0.0.1]', '127.0.0.1.'])(
    'is refused for the literal %s, and the server there hears nothing',
    async (host) => {
      const receiver = await startReceiver((_, response) => response.end());
      expect(await sendWith({})(`http://${host}:${receiver.port}/`)).toMatchObject(forbidden);
      expect(receiver.received).toEqual([]);
      expect(receiver.sockets.size).toBe(0);
    },
  );

  it('is refused for localhost, as the system resolves it', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    expect(await sendWith({})(`http://localhost:${receiver.port}/`)).toMatchObject(forbidden);
    expect(receiver.received).toEqual([]);
  });

  it('is refused when one of several addresses is forbidden', async () => {
    const { resolve } = nameServer(['8.8.8.8', '2606:4700:4700::1111', '10.0.0.1']);
    expect(await sendWith({ resolve })('http://hooks.example/')).toMatchObject(forbidden);
  });

  it('resolves once and goes to the address it checked, though a second query would answer otherwise', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    // A documentation address, where nobody answers, allowed so as to stand for a public one.
    const names = nameServer(['203.0.113.9'], ['127.0.0.1']);
    const send = sendWith({ allow: ['203.0.113.9'], resolve: names.resolve, timeoutMs: 200 });
    const url = `http://hooks.example:${receiver.port}/`;

    expect(await send(url)).toMatchObject({ status: 'failed', error: { retryable: true } });
    expect(names.queries).toEqual(['hooks.example']);
    expect(await send(url)).toMatchObject(forbidden);
    expect(names.queries).toHaveLength(2);
    expect(receiver.sockets.size).toBe(0);
  });

  it('checks again for every connection', async () => {
    const receiver = await startReceiver((_, response) =>
      response.writeHead(200, { connection: 'close' }).end(),
    );
    const { resolve } = nameServer(['127.0.0.1'], ['10.0.0.1']);
    const send = sendWith({ allow: ['127.0.0.1'], resolve });
    const url = `http://hooks.example:${receiver.port}/`;
    expect(await send(url)).toMatchObject({ status: 'complete' });
    expect(receiver.received[0]?.headers.host).toBe(`hooks.example:${receiver.port}`);
    await expect.poll(() => receiver.sockets.size).toBe(0);
    expect(await send(url)).toMatchObject(forbidden);
    expect(receiver.received).toHaveLength(1);
  });

  it('falls through to the next allowed address when the first one refuses', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    const { resolve } = nameServer(['::1', '127.0.0.1']);
    const send = sendWith({ allow: ['hooks.example'], resolve });
    expect(await send(`http://hooks.example:${receiver.port}/`)).toMatchObject({ status: 'complete' });
  });

  it('is allowed for an address on the port that the allow-list gives, and on no other', async () => {
    const [open, closed] = [
      await startReceiver((_, res) => res.end()),
      await startReceiver((_, res) => res.end()),
    ];
    const { resolve } = nameServer(['127.0.0.1']);
    const send = sendWith({ allow: [`127.0.0.1:${open.port}`], resolve });
    expect(await send(`http://hooks.example:${open.port}/`)).toMatchObject({ status: 'complete' });
    expect(await send(`http://hooks.example:${closed.port}/`)).toMatchObject(forbidden);
    expect(closed.received).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])(
    'does not follow a redirect (%i) to what it may not reach',
    async (status) => {
      const inside = await startReceiver((_, response) => response.end());
      const outside = await startReceiver((_, response) =>
        response.writeHead(status, { location: `http://127.0.0.1:${inside.port}/secret` }).end(),
      );
      const send = sendWith({ allow: [`127.0.0.1:${outside.port}`] });
      expect(await send(`http://127.0.0.1:${outside.port}/`)).toMatchObject({ status: 'failed' });
      expect(outside.received).toHaveLength(1);
      expect(inside.sockets.size + inside.received.length).toBe(0);
    },
  );

  it.each(['LOCALHOST', '①②⑦.0.0.1', '127。0。0。1', '0177.1', '[::ffff:7f00:1]', '0'])(
    'is refused for %s in whatever spelling, and the server there hears nothing',
    async (host) => {
      const receiver = await startReceiver((_, response) => response.end());
      expect(await sendWith({})(`http://${host}:${receiver.port}/`)).toMatchObject(forbidden);
      expect(receiver.sockets.size + receiver.received.length).toBe(0);
    },
  );

  it('is refused for loopback in every spelling, and the server there hears nothing', async () => {
    const receiver = await startReceiver((_, response) => response.end());
    const send = sendWith({});
    for (const host of spellings('127.0.0.1'))
      expect([host, await send(`http://${host}:${receiver.port}/`)]).toMatchObject([host, forbidden]);
    expect(receiver.sockets.size + receiver.received.length).toBe(0);
  });

  it.each(['127.0.0.1..', 'localhost.', 'a.localhost', '١٢٧.٠.٠.١', '127.0.0.1.localhost'])(
    'reaches no local server by %s, whatever the system makes of that name',
    async (host) => {
      const receiver = await startReceiver((_, response) => response.end());
      expect(await sendWith({})(`http://${host}:${receiver.port}/`)).toMatchObject({ status: 'failed' });
      expect(receiver.sockets.size + receiver.received.length).toBe(0);
    },
  );

  it.each(['ftp://hooks.example/', 'http://user:pw@hooks.example/', 'hooks'])(
    'is not tried for %s',
    async (url) => {
      expect(await sendWith({})(url)).toMatchObject({ error: { code: 'INVALID_URL', retryable: false } });
    },
  );
});
