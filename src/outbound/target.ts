/**
 * Which URLs may be called for a user: http(s) at public addresses, and whatever the operator allow-lists. A host
 * name is accepted as it is; connect.ts puts each address it resolves to under the same rule before connecting.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type AllowEntry, parseAllowEntry } from './allow.ts';

export interface TargetPolicy {
  /** Tells why this URL cannot be a target, or returns null. Resolves nothing. */
  checkUrl(url: string): string | null;
  /** Why this address of this host (as in `URL.hostname`, without brackets) must not be called, or null. */
  checkAddress(hostname: string, port: number, address: string): string | null;
}

/** `allow`: hosts, host:port, addresses or CIDRs. A host name in it may resolve to anything. */
export function createTargetPolicy(allow: readonly string[]): TargetPolicy {
  const entries = allow.map(parseAllowEntry);

  function checkAddress(hostname: string, port: number, address: string): string | null {
    const kind = isIP(address) === 0 ? 'not an IP address' : refusedKind(address);
    if (kind === null || entries.some((entry) => allows(entry, hostname, port, address))) return null;
    const where = hostname === address ? address : `${hostname} resolves to ${address}, which`;
    return (
      `${where} is not a public address (${kind}). Only public addresses are called; if this one is meant to ` +
      `be called, add "${hostname}" to TROUPE_WEBHOOK_ALLOW.`
    );
  }

  function checkUrl(url: string): string | null {
    const target = parseTarget(url);
    if (typeof target === 'string') return target;
    const { hostname, port } = connectionOf(target);
    return isIP(hostname) === 0 ? null : checkAddress(hostname, port, hostname);
  }

  return { checkUrl, checkAddress };
}

/** The URL, or what is wrong with its form. Says nothing about where it leads. */
export function parseTarget(url: string): URL | string {
  if (!URL.canParse(url)) return 'not a URL; give an absolute one, e.g. https://example.com/hooks';
  const target = new URL(url);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    return `scheme ${target.protocol.slice(0, -1)} is not supported; use http or https`;
  }
  if (target.username !== '' || target.password !== '') {
    return 'credentials in the URL are not supported; URLs end up in logs';
  }
  return target;
}

function connectionOf(target: URL): { hostname: string; port: number } {
  const port = target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : Number(target.port);
  return { hostname: target.hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The only block of IPv6 that global unicast addresses are allocated from (RFC 4291 §2.4, IANA registry). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Azure's host agent: metadata and credentials behind an address that no registry lists as special. */
const AZURE_HOST = '168.63.129.16';

/** Names the kind of an address that not everybody on the internet can reach; null for a public one. */
function refusedKind(address: string): string | null {
  const carried = unwrap(ipaddr.parse(address));
  if (carried.toString() === AZURE_HOST) return 'cloud metadata';
  const range = carried.range();
  if (range !== 'unicast') return range;
  return carried instanceof ipaddr.IPv6 && !carried.match(GLOBAL_UNICAST) ? 'unallocated' : null;
}

/**
 * The IPv4 address that an IPv4-mapped (RFC 4291) or NAT64 (RFC 6052) address stands for. 6to4 and Teredo also
 * carry one, but no live service depends on them: they stay what they are, and are refused as such.
 */
function unwrap(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  const carriesIPv4 = address.isIPv4MappedAddress() || address.match(ipaddr.IPv6.parseCIDR('64:ff9b::/96'));
  return carriesIPv4 ? new ipaddr.IPv4(address.toByteArray().slice(-4)) : address;
}

function allows(entry: AllowEntry, hostname: string, port: number, address: string): boolean {
  if (entry.port !== null && entry.port !== port) return false;
  if (entry.kind === 'host') return entry.host === hostname.replace(/\.$/, '');
  if (isIP(address) === 0) return false;
  const written = ipaddr.parse(address);
  return [written, unwrap(written)].some(
    (candidate) => candidate.kind() === entry.network.kind() && candidate.match(entry.network, entry.prefix),
  );
}
