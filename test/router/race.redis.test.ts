/** Gateways in processes of their own that race for slots and are killed: the benchmark, bounded. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createOccupancy } from '../../bench/registry/checker.mjs';
import { hasRedis } from '../support/redis.ts';

const RACE = fileURLToPath(new URL('../../bench/registry-race.mjs', import.meta.url));

interface RaceResult {
  readonly race: { readonly granted: number; readonly refused: number; readonly kills: number };
  readonly events: { readonly grants: number };
  readonly sets: { readonly samples: number; readonly inTwoSets: number };
  readonly booked_twice: number;
  readonly held_when_all_were_killed: number;
  readonly left_after_lease_and_sweep: Readonly<Record<string, number>>;
}

describe.skipIf(!hasRedis)('gateways that race and are killed', () => {
  it('[REG-5] [REG-28] [RTR-6] never book a slot twice and leave none behind', async () => {
    const args = [RACE, '--acquires', '1500', '--kill-ms', '400'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const result = JSON.parse(stdout) as RaceResult;
    expect(result.booked_twice).toBe(0);
    expect(result.sets.inTwoSets).toBe(0);
    expect(result.left_after_lease_and_sweep).toEqual({ active: 0, leases: 0, slots: 0, counted: 0 });
    // It was a race: slots were scarce, gateways died holding some, and the checker looked on.
    expect(result.race.kills).toBeGreaterThan(1);
    expect(result.race.refused).toBeGreaterThan(50);
    expect(result.held_when_all_were_killed).toBeGreaterThan(0);
    expect(result.events.grants).toBeGreaterThanOrEqual(result.race.granted);
    expect(result.sets.samples).toBeGreaterThan(100);
  }, 60_000);

  it('are watched by a checker that sees one grant too many', () => {
    const occupancy = createOccupancy(1);
    const event = (type: string, sessionId: string, workerId = 'w1'): void =>
      occupancy.add({ type, sessionId, workerId, reason: '' });
    event('session.started', 'a');
    event('session.ended', 'a');
    event('session.started', 'b');
    event('failover', 'b', 'w2');
    event('session.started', 'c');
    expect(occupancy.seen.overbooked).toEqual([]);
    event('session.started', 'd', 'w2');
    expect(occupancy.seen.overbooked).toEqual([{ workerId: 'w2', sessionId: 'd', held: 2 }]);
  });
});
