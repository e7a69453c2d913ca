/** A cluster that clients reach through a network that can be cut. */
import type { Clock } from '../../base/clock.ts';
import { formatAddress, parseAddress } from '../../transport/address.ts';
import { openFaultProxy } from '../proxy/fault-proxy.ts';
import type { Fleet } from './fleet.ts';

/** Puts a proxy in front of each gateway; all are cut together. */
export async function makeCuttable(fleet: Fleet, clock: Clock): Promise<Fleet> {
  const proxies = await Promise.all(
    fleet.gateways.map((gateway) => openFaultProxy({ upstream: parseAddress(new URL(gateway).host), clock })),
  );
  return {
    ...fleet,
    gateways: proxies.map(({ address }) => `ws://${formatAddress(address)}`),
    cut: (kind) => {
      const toxics = proxies.map((proxy) => proxy.add({ kind }));
      return async () => {
        await Promise.all(toxics.map((toxic) => toxic.remove()));
      };
    },
    async stop() {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await fleet.stop();
    },
  };
}
