/** Keeps a server without keys where only this machine can reach it. */
import { RtError } from '../base/errors.ts';
import { isLoopback, parseAddress } from '../transport/address.ts';

/** @throws RtError insecure_listen for an address others can reach, config_invalid for one that cannot be read */
export function refuseOpenListen(addresses: readonly string[], insecureNoAuth: boolean): void {
  for (const address of addresses) {
    if (insecureNoAuth || isLoopback(parseAddress(address).host)) continue;
    throw new RtError(
      'insecure_listen',
      `Refusing to listen on ${address}: anybody who reaches it could use it`,
      {
        hint: 'Listen on 127.0.0.1, or accept the risk with --insecure-no-auth.',
      },
    );
  }
}
