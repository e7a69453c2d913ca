/** Gateways as separate processes of the built code, racing for one worker; and one that is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import type { Registry } from '../../src/registry/ports.ts';
import { createRedisConnections } from '../../src/registry/redis.ts';
import { createRedisRegistry } from '../../src/registry/redis-registry.ts';
import { workerInfo } from '../support/fleet.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-processes.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const CAPACITY = 4;
const ROUNDS = 200;
/** 50 callers a round, from three processes. */
const CALLERS = [17, 17, 16];

describe.skipIf(!hasRedis)('gateways in processes of their own', () => {
  let server: RedisServer;
  let registry: Registry;
  let prefix: string;
  let gateways: GatewayProcess[];

  beforeAll(async () => {
    server = await startRedis();
    prefix = server.prefix();
    const connections = createRedisConnections({ url: server.url, clock: systemClock, logger: silentLogger });
    registry = createRedisRegistry({ connections, clock: systemClock, prefix });
    await registry.connect(2000);
    await registry.registration.register(workerInfo('w1', { capacity: CAPACITY }), 600_000);
    gateways = CALLERS.map((_, i) => startGatewayProcess([server.url, prefix, `gateway-${i}`]));
  });
  afterAll(async () => {
    for (const { child } of gateways) child.kill('SIGKILL');
    await registry.stop();
    await server.stop();
  });

  it(`[RTR-6] [REG-5] 50 callers for ${CAPACITY} slots: exactly ${CAPACITY} granted in each of ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const granted = await Promise.all(gateways.map(({ ask }, i) => ask(`acquire ${round} ${CALLERS[i]}`)));
      expect(granted.reduce((sum, count) => sum + Number(count), 0)).toBe(CAPACITY);
      await Promise.all(gateways.map(({ ask }) => ask('release')));
    }
    expect((await registry.fleet.workers())[0]).toMatchObject({ activeSessions: 0, status: 'ready' });
  }, 60_000);

  it('[REG-28] a killed gateway holds its slot for the lease and no longer', async () => {
    const leaseMs = 1000;
    const [victim] = gateways;
    expect(await victim?.ask(`hold ${leaseMs}`)).toBe('allocated');
    const claimedMs = performance.now();
    victim?.child.kill('SIGKILL');
    expect(await registry.ledger.sweep()).toEqual([]);
    expect((await registry.fleet.workers())[0]).toMatchObject({ activeSessions: 1 });
    await sleep(leaseMs - (performance.now() - claimedMs) + 20);
    expect(await registry.ledger.sweep()).toEqual([
      expect.objectContaining({ type: 'session.error', gatewayId: 'gateway-0', reason: 'lease_expired' }),
    ]);
    expect((await registry.fleet.workers())[0]).toMatchObject({ activeSessions: 0 });
  });
});
