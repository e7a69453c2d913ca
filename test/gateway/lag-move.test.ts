import { describe, expect, it } from 'vitest';
import {
  leftLately,
  MOVE_AGAIN_MS,
  moved,
  NEVER_MOVED,
  NOT_BACK_MS,
  nextLagMove,
  triedToMove,
} from '../../src/gateway/lag-move.ts';
import { createLagTurns, TURN_MS } from '../../src/gateway/lag-turns.ts';
import { LAG_LIMITS } from '../support/cluster.ts';
import { workerId } from '../support/fleet.ts';

const WARN_MS = 3000;
const late = (nowMs: number, decodedSample = nowMs) => ({ nowMs, lagMs: 3100, decodedSample });
const verdict = (state: typeof NEVER_MOVED, look: Parameters<typeof nextLagMove>[1]): string =>
  nextLagMove(state, look, WARN_MS).verdict;

describe('a session that lags', () => {
  it('[FLO-16] wants to move once it is behind its warning, not before', () => {
    expect(verdict(NEVER_MOVED, { ...late(1000), lagMs: WARN_MS })).toBe('stay');
    expect(verdict(NEVER_MOVED, late(1000))).toBe('move');
  });

  it('[FLO-16] leaves a worker that decodes nothing to those who watch for lost ones', () => {
    const { state } = nextLagMove(NEVER_MOVED, { nowMs: 1000, lagMs: 100, decodedSample: 512 }, WARN_MS);
    expect(verdict(state, late(1900, 512))).toBe('move');
    expect(verdict(state, late(2000, 512))).toBe('stay');
    expect(verdict(state, late(5000, 1024))).toBe('move');
  });

  it('[FLO-17] tries again after a second, and stays for half a minute where it has moved to', () => {
    const tried = triedToMove(NEVER_MOVED, 1000);
    expect([verdict(tried, late(1999)), verdict(tried, late(2000))]).toEqual(['stay', 'move']);
    const there = moved(tried, workerId('a'), 1200);
    expect(verdict(there, late(1200 + MOVE_AGAIN_MS - 1))).toBe('stay');
    expect(verdict(there, late(1200 + MOVE_AGAIN_MS))).toBe('move');
  });

  it('[FLO-17] does not go back to a worker it has left for lag', () => {
    const there = moved(moved(NEVER_MOVED, workerId('a'), 0), workerId('b'), MOVE_AGAIN_MS);
    expect(leftLately(there, MOVE_AGAIN_MS)).toEqual(['a', 'b']);
    expect(leftLately(there, NOT_BACK_MS)).toEqual(['b']);
  });
});

describe('sessions of a slow worker', () => {
  const sessions = [
    { workerId: workerId('slow'), lagS: 3.1 },
    { workerId: workerId('slow'), lagS: 3.2 },
    { workerId: workerId('soon-slow'), lagS: 1.6 },
    { workerId: workerId('well'), lagS: 1.4 },
    { workerId: undefined, lagS: 9 },
  ];
  let nowMs = 0;
  const turns = createLagTurns({ sessions, limits: LAG_LIMITS, nowMs: () => nowMs });
  const take = (lagMs: number, worker = 'slow') => turns.take({ workerId: workerId(worker), lagMs });

  it('[FLO-18] leave it one after the other, but for those that are about to be ended', () => {
    expect(take(3100)).toBeDefined();
    expect(take(3100)).toBeUndefined();
    expect(take(3100, 'other')).toBeDefined();
    expect(take(LAG_LIMITS.hardMs + 1)).toBeDefined();
    nowMs += TURN_MS;
    expect(take(3100)).toBeDefined();
  });

  it('[FLO-16] go to none at which others are half-way to a warning', () => {
    nowMs += TURN_MS;
    expect([...(take(3100) ?? [])].sort()).toEqual(['slow', 'soon-slow']);
  });
});
