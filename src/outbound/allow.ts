/**
 * One entry of the allow-list (`TROUPE_WEBHOOK_ALLOW`): a host name, an address or a CIDR, the first two with an
 * optional port. An entry that would not mean what it seems to is refused when the list is read.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Refusal } from '../errors.ts';

export type AllowEntry =
  | { readonly kind: 'host'; readonly host: string; readonly port: number | null }
  | {
      readonly kind: 'network';
      readonly network: ipaddr.IPv4 | ipaddr.IPv6;
      readonly prefix: number;
      readonly port: number | null;
    };

const HOST_NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

export function parseAllowEntry(entry: string): AllowEntry {
  const text = entry.trim();
  if (text.includes('/')) return parseNetwork(text);
  if (isIP(text) !== 0) return addressEntry(text, null);
  const [, written = '', portText] = /^(.*?)(?::(\d+))?$/s.exec(text) ?? [];
  const port = portText === undefined ? null : Number(portText);
  if (port !== null && (port < 1 || port > 65_535)) throw badEntry(text, 'the port must be 1 to 65535');
  // The URL parser spells hosts as they will be compared: lower case, punycode, one form per address.
  const url = `http://${written}/`;
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return addressEntry(address, port);
  if (!HOST_NAME.test(host) || /[@?#\\]/.test(written)) {
    throw badEntry(text, 'it is none of these; wildcards and URLs are not supported');
  }
  return { kind: 'host', host, port };
}

function parseNetwork(text: string): AllowEntry {
  const [address = ''] = text.split('/');
  if (isIP(address) === 0 || !ipaddr.isValidCIDR(text)) throw badEntry(text, 'it is not a valid CIDR');
  const [network, prefix] = ipaddr.parseCIDR(text);
  return { kind: 'network', network, prefix, port: null };
}

function addressEntry(address: string, port: number | null): AllowEntry {
  const network = ipaddr.parse(address);
  return { kind: 'network', network, prefix: network.kind() === 'ipv4' ? 32 : 128, port };
}

function badEntry(entry: string, why: string): Refusal {
  return new Refusal(
    'INVALID_WEBHOOK_ALLOW',
    `TROUPE_WEBHOOK_ALLOW: cannot use "${entry}": ${why}. Write a host (hooks.internal), host:port ` +
      `(localhost:8080, [::1]:8080) or CIDR (10.0.0.0/8, fd00::/8).`,
  );
}
