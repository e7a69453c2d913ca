/** A gateway and sweeper that is stopped past its leases, and then does what it was about to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { SessionId } from '../../src/base/ids.ts';
import { silentLogger } from '../../src/base/log.ts';
import type { Registry, SessionInfo } from '../../src/registry/ports.ts';
import { createRedisConnections } from '../../src/registry/redis.ts';
import { createRedisRegistry } from '../../src/registry/redis-registry.ts';
import { GATEWAY, progress, renewal, sessionInfo, workerId, workerInfo } from '../support/fleet.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-processes.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const LONG_MS = 600_000;
const LEASE_MS = 500;
/** What the process names the session it holds. */
const HELD = 'paused-held' as SessionId;

describe.skipIf(!hasRedis)('a gateway that was stopped past its lease', () => {
  let server: RedisServer;
  let registry: Registry;
  let paused: GatewayProcess;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    const prefix = server.prefix();
    const connections = createRedisConnections({ url: server.url, clock: systemClock, logger: silentLogger });
    registry = createRedisRegistry({ connections, clock: systemClock, prefix });
    await registry.connect(2000);
    await registry.registration.register(workerInfo('w1', { capacity: 1 }), LONG_MS);
    paused = startGatewayProcess([server.url, prefix, 'paused']);
  });
  afterEach(async () => {
    paused.child.kill('SIGKILL');
    await registry.stop();
  });

  const reserve = (session: SessionInfo): Promise<string> =>
    registry.ledger.reserve(workerId('w1'), session, { leaseMs: LONG_MS });

  const state = async (): Promise<unknown> => ({
    workers: await registry.fleet.workers(),
    sessions: await registry.fleet.sessions(),
    held: await registry.fleet.session(HELD),
  });

  /** The process claims the only slot, is stopped, and what it held is swept by another. */
  async function stopPastLease(): Promise<void> {
    expect(await paused.ask(`hold ${LEASE_MS}`)).toBe('allocated');
    paused.child.kill('SIGSTOP');
    await sleep(LEASE_MS + 50);
    expect(await registry.ledger.sweep()).toMatchObject([{ type: 'session.error', sessionId: HELD }]);
  }

  it('[REG-15] sweeps late and changes nothing', async () => {
    await stopPastLease();
    expect(await reserve(sessionInfo(1))).toBe('reserved');
    const before = await state();
    const late = paused.ask('sweep');
    paused.child.kill('SIGCONT');
    expect(await late).toBe('[]');
    expect(await state()).toEqual(before);
    expect(await paused.ask('end')).toBe('already-released');
    expect(await state()).toEqual(before);
  });

  it('[REG-9] [REG-13] neither renews nor ends a session that another gateway took over', async () => {
    await stopPastLease();
    expect(await reserve({ ...sessionInfo(1), id: HELD, epoch: 2 })).toBe('reserved');
    const before = await state();
    const late = paused.ask(`renew ${LONG_MS}`);
    paused.child.kill('SIGCONT');
    expect(await late).toBe(`{"lost":["${HELD}"],"unwanted":[]}`);
    expect(await paused.ask('end')).toBe('fenced');
    expect(await state()).toEqual(before);
  });

  it('[REG-14] gets its session back beside the one that took the slot, until the worker has decided', async () => {
    await stopPastLease();
    expect(await reserve(sessionInfo(1))).toBe('reserved');
    const late = paused.ask(`renew ${LONG_MS}`);
    paused.child.kill('SIGCONT');
    expect(await late).toBe('{"lost":[],"unwanted":[]}');
    expect((await registry.fleet.workers())[0]).toMatchObject({ activeSessions: 2, status: 'busy' });
    expect(await reserve(sessionInfo(2))).toBe('full');
    // The worker still runs the first and refuses the second, whose gateway lets go.
    expect(await registry.ledger.release(progress(1), 'error', 'not_started')).toBe('released');
    expect((await registry.fleet.workers())[0]).toMatchObject({ activeSessions: 1, status: 'busy' });
    expect(await registry.ledger.renew(GATEWAY, [renewal(1, 'w1')], LONG_MS)).toMatchObject({
      lost: [sessionInfo(1).id],
    });
  });
});
