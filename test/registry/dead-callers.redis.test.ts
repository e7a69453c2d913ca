/**
 * Every script, and a caller that dies in the middle of calling it: before the call reached Redis, or after it ran and
 * before its answer. Once the leases of who died have ended and somebody swept, the books must be right.
 */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/log.ts';
import { createKeys, type Keys } from '../../src/registry/keys.ts';
import type { Registry } from '../../src/registry/ports.ts';
import { createRedisConnections } from '../../src/registry/redis.ts';
import { createRedisRegistry } from '../../src/registry/redis-registry.ts';
import { type LuaScript, loadScripts } from '../../src/registry/scripts.ts';
import { workerId, workerInfo } from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { callOf, MOMENTS, type ScriptGate, startScriptGate } from '../support/script-gate.ts';
import { checkBooks, endLeases } from './books.ts';
import { DEAD_CALLERS, type DeadCaller } from './dead-callers.ts';

const SCRIPTS = loadScripts();
const CASES = [...DEAD_CALLERS].flatMap(([script, rows]) =>
  rows.flatMap((row) => MOMENTS.map((moment) => ({ script, row, moment, who: row.who }))),
);

it('[REG-34] there is a row for every script', () => {
  expect([...DEAD_CALLERS.keys()].sort()).toEqual([...SCRIPTS.keys()].sort());
});

describe.skipIf(!hasRedis)('whoever dies in the middle of a call', () => {
  let server: RedisServer;
  let gate: ScriptGate;
  let raw: Redis;

  beforeAll(async () => {
    server = await startRedis();
    raw = new Redis(server.url, { protocol: 2 });
    for (const { lua } of SCRIPTS.values()) await raw.script('LOAD', lua);
    gate = await startScriptGate(server.port);
  });
  afterAll(async () => {
    await gate.close();
    raw.disconnect();
    await server.stop();
  });

  async function open(url: string, prefix: string): Promise<Registry> {
    const connections = createRedisConnections({ url, clock: systemClock, logger: silentLogger });
    const registry = createRedisRegistry({ connections, clock: systemClock, prefix });
    await registry.connect(2000);
    return registry;
  }

  /** The call is made by somebody who hears of nothing from the moment on, and is not there any more after it. */
  async function dieIn(
    row: DeadCaller,
    prefix: string,
    stop: Parameters<ScriptGate['hold']>[0],
  ): Promise<void> {
    const dying = await open(gate.url, prefix);
    const stands = gate.hold(stop);
    const heard = row.call(dying).then(
      () => 'an answer',
      () => 'nothing',
    );
    await stands;
    await dying.stop();
    gate.cut();
    expect(await heard).toBe('nothing');
  }

  it.each(CASES)('[REG-34] $who, $moment it ran: $script', async ({ script, row, moment }) => {
    const prefix = server.prefix();
    const keys: Keys = createKeys(prefix);
    const registry = await open(server.url, prefix);
    try {
      await row.given(registry, { raw, keys });
      await dieIn(row, prefix, { at: callOf(SCRIPTS.get(script) as LuaScript), moment, nth: row.nth ?? 1 });
      await endLeases({ raw, keys }, row.ends);
      await registry.ledger.sweep();
      expect(await registry.ledger.sweep(), 'a second sweep finds nothing').toEqual([]);

      const events = await registry.fleet.events(1000);
      expect(events.map(({ type, reason }) => (reason ? `${type} ${reason}` : type))).toEqual([
        ...row.before,
        ...row[moment === 'before' ? 'unheard' : 'done'],
      ]);
      await row.then(registry, moment);
      await registry.registration.register(workerInfo('w3', { capacity: 1 }), 60_000);
      await checkBooks({ raw, keys }, registry);
      expect(await registry.ledger.workers()).toContainEqual(expect.objectContaining({ id: workerId('w3') }));
    } finally {
      await registry.stop();
    }
  });
});
