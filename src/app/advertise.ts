/** The address gateways dial when nobody named one. */
import { isIP } from 'node:net';
import { type Address, formatAddress } from '../transport/address.ts';

/** `ws://host:port`: the bound address, or this machine's name where the socket listens on every interface. */
export function endpointOf(bound: Address, hostName: string): string {
  const isAny = bound.host === '0.0.0.0' || (isIP(bound.host) === 6 && /^[0:]+$/.test(bound.host));
  return `ws://${formatAddress(isAny ? { ...bound, host: hostName } : bound)}`;
}
