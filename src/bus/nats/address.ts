/**
 * Reads `NATS_URL`: one server or several of a cluster, by commas, each `host`, `host:port`, `nats://…` or
 * `tls://…`, with a token or user and password before an `@`. What is wrong is told without showing a secret.
 */

import { type Fault, Refusal } from '../../errors.ts';

export interface NatsAddress {
  /** `host:port` each. */
  readonly servers: readonly string[];
  readonly tls: boolean;
  readonly login: { readonly user: string; readonly pass: string } | { readonly token: string } | null;
}

const DEFAULT_PORT = 4222;

export function parseNatsUrl(text: string): NatsAddress {
  const parts = text.split(',').map((part) => part.trim());
  const faults: Fault[] = [];
  const urls: URL[] = [];
  for (const [index, part] of parts.entries()) {
    const written = part.includes('://') ? part : `nats://${part}`;
    const url = URL.canParse(written) ? new URL(written) : null;
    const message = whatIsWrong(url);
    if (message !== null) faults.push({ pointer: `/${index}`, message });
    else if (url !== null) urls.push(url);
  }
  if (faults.length > 0) {
    const told = faults.map(({ message }) => message).join('; ');
    throw new Refusal('INVALID_NATS_URL', `The NATS URL cannot be used: ${told}.`, { faults });
  }
  const withLogin = urls.find(({ username }) => username !== '');
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port === '' ? DEFAULT_PORT : port}`),
    tls: urls.some(({ protocol }) => protocol === 'tls:'),
    login: withLogin === undefined ? null : loginOf(withLogin),
  };
}

/** The same servers for a person to read, without the secrets. */
export function withoutLogin(text: string): string {
  const { servers, tls, login } = parseNatsUrl(text);
  const head = `${tls ? 'tls' : 'nats'}://${login === null ? '' : '***@'}`;
  return servers.map((server) => head + server).join(',');
}

function whatIsWrong(url: URL | null): string | null {
  if (url === null || url.hostname === '') return 'write each server as nats://HOST:PORT';
  const { protocol, hostname, pathname } = url;
  if (protocol !== 'nats:' && protocol !== 'tls:') {
    return `${hostname} is addressed as ${protocol}//, but only nats:// and tls:// are spoken`;
  }
  if (pathname !== '' && pathname !== '/') return `after ${hostname} and its port nothing may follow`;
  return null;
}

/** A name without a password is a token, as everywhere with NATS. */
function loginOf({ username, password }: URL): NatsAddress['login'] {
  const user = decodeURIComponent(username);
  return password === '' ? { token: user } : { user, pass: decodeURIComponent(password) };
}
