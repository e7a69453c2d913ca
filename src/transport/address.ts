/** Where a server listens: parsing, printing, and whether only this machine can reach it. */
import { isIP } from 'node:net';
import { RtError } from '../base/errors.ts';

export interface Address {
  /** Name or IP address, IPv6 without brackets. */
  readonly host: string;
  /** 0 asks for any free port. */
  readonly port: number;
}

const HOST_AND_PORT = /^(?:\[(?<ipv6>[^\]]*)\]|(?<name>[^:[\]]*)):(?<port>\d{1,5})$/;
const HOST_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})$/;

/**
 * Reads `HOST:PORT`, `[IPv6]:PORT` or `HOST:0`.
 * @throws RtError config_invalid
 */
export function parseAddress(text: string): Address {
  const groups = HOST_AND_PORT.exec(text)?.groups;
  const port = Number(groups?.['port']);
  const host = groups?.['ipv6'] ?? groups?.['name'] ?? '';
  const isHost = groups?.['ipv6'] === undefined ? HOST_NAME.test(host) : isIP(host) === 6;
  if (groups === undefined || !isHost || port > 65_535) {
    throw new RtError('config_invalid', `"${text}" is not an address to listen on.`, {
      hint: 'Write HOST:PORT, for example 127.0.0.1:8000, [::1]:8000, or 127.0.0.1:0 for any free port.',
    });
  }
  return { host, port };
}

/** The `HOST:PORT` form, IPv6 in brackets; what `parseAddress` reads. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

/** True when a socket bound to `host` can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  const ip = name.startsWith('::ffff:') ? name.slice('::ffff:'.length) : name;
  if (isIP(ip) === 4) return ip.startsWith('127.');
  return name === 'localhost' || name === '::1';
}
