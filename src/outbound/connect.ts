/**
 * Connects to allowed addresses only. Each connection resolves its host once, checks every address of the answer
 * and hands exactly those to the socket, so no second lookup can lead elsewhere (DNS rebinding).
 */

import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent, buildConnector, Dispatcher, request as send } from 'undici';
import type { FailureCode } from '../../machines/failure-codes.ts';
import type { TargetPolicy } from './target.ts';

/** All addresses of a host name; rejects with a `code` such as ENOTFOUND. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export const resolveBySystem: Resolve = async (hostname) => {
  const answers = await systemLookup(hostname, { all: true });
  return answers.map((answer) => answer.address);
};

class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed';
  readonly code = 'ADDRESS_NOT_ALLOWED' satisfies FailureCode;
}

export interface GuardedClient {
  /** Follows no redirects; how long it may take is the signal's to say. */
  request(target: URL, options: GuardedRequest): Promise<Dispatcher.ResponseData>;
  /** Waits for requests under way, then closes the connections kept for reuse. */
  close(): Promise<void>;
}

type GuardedRequest = Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body' | 'signal'>;

export function createGuardedClient(
  policy: TargetPolicy,
  resolve: Resolve,
  connectTimeoutMs: number,
): GuardedClient {
  let opened: Promise<{ request: typeof send; dispatcher: Agent }> | null = null;
  // With the first request: many a Troupe never makes one, and the client takes 15 MB.
  const open = async () => {
    const { Agent, buildConnector, request } = await import('undici');
    const connect = guarded(buildConnector, policy, resolve, connectTimeoutMs);
    return { request, dispatcher: new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 }) };
  };
  return {
    request: async (target, options) => {
      opened ??= open();
      const { request, dispatcher } = await opened;
      return request(target, { ...options, dispatcher });
    },
    close: async () => (await opened)?.dispatcher.close(),
  };
}

function guarded(
  connector: typeof buildConnector,
  policy: TargetPolicy,
  resolve: Resolve,
  timeout: number,
): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    // Node does not look up a literal address, so the hook below would never see it.
    const fault =
      isIP(options.hostname) === 0 ? null : policy.checkAddress(options.hostname, port, options.hostname);
    if (fault !== null) {
      queueMicrotask(() => callback(new AddressNotAllowed(fault), null));
      return;
    }
    const lookup = checkedLookup(policy, resolve, port);
    connector({ lookup, timeout })(options, callback);
  };
}

function checkedLookup(policy: TargetPolicy, resolve: Resolve, port: number): LookupFunction {
  const checked = async (hostname: string) => {
    const addresses = await resolve(hostname);
    for (const address of addresses) {
      const fault = policy.checkAddress(hostname, port, address);
      if (fault !== null) throw new AddressNotAllowed(fault);
    }
    return addresses.map((address) => ({ address, family: isIP(address) }));
  };
  return (hostname, options, callback) => {
    checked(hostname).then(
      (answers) => {
        const [first] = answers;
        if (first === undefined) {
          callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), []);
        } else if (options.all === true) callback(null, answers);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
