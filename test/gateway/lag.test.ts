import { describe, expect, it } from 'vitest';
import { type LagAction, type LagLook, nextLag, startLag } from '../../src/gateway/lag.ts';
import { createLagWatch } from '../../src/gateway/lag-watch.ts';
import { LAG_LIMITS } from '../support/cluster.ts';
import { workerId } from '../support/fleet.ts';

/** One look a quarter of a second, as sessions are looked at; `look` says where they are at that second. */
function follow(seconds: number, look: (atS: number) => Omit<LagLook, 'nowMs'>) {
  let state = startLag(0);
  const actions: { readonly atS: number; readonly action: LagAction; readonly lagS: number }[] = [];
  for (let atS = 0.25; atS <= seconds; atS += 0.25) {
    const next = nextLag(state, { nowMs: atS * 1000, ...look(atS) }, LAG_LIMITS);
    state = next.state;
    if (next.action !== 'none') actions.push({ atS, action: next.action, lagS: state.lagS });
    if (next.action === 'end') break;
  }
  return { state, actions };
}

describe('lag', () => {
  it('[SES-20] is what arrived and is not decoded, in real time', () => {
    const { state } = follow(10, (atS) => ({ arrivedS: atS, decodedS: atS * 0.8 }));
    expect(state.lagS).toBeCloseTo(2);
  });

  it('[SES-20] never counts audio that came faster than real time', () => {
    const { state, actions } = follow(20, (atS) => ({ arrivedS: 600, decodedS: 2 * atS }));
    expect([state.lagS, actions]).toEqual([0, []]);
  });

  it('[SES-20] counts decoding that is slower than real time, whatever was sent ahead', () => {
    const { actions } = follow(20, (atS) => ({ arrivedS: 600, decodedS: atS / 2 }));
    expect(actions).toEqual([
      { atS: 6.25, action: 'warn', lagS: 3.125 },
      { atS: 12.25, action: 'end', lagS: 6.125 },
    ]);
  });

  it('[SES-20] starts anew once the session has caught up', () => {
    // Ten minutes of live audio, then the engine stands still: nothing of before is held against it.
    const { state } = follow(602, (atS) => ({ arrivedS: atS, decodedS: Math.min(atS, 600) }));
    expect(state.lagS).toBeCloseTo(2);
  });

  it('[SES-20] is not made by a client that sends nothing', () => {
    const { state, actions } = follow(60, () => ({ arrivedS: 3, decodedS: 2.9 }));
    expect(state.lagS).toBeCloseTo(0.1);
    expect(actions).toEqual([]);
  });

  it('[SES-21] is warned about once, and again after it was halved', () => {
    // Decoding stands still until 4 s, catches up to a lag of 1.4 s at 8 s, and stands still again.
    const { actions } = follow(11, (atS) => ({
      arrivedS: atS,
      decodedS: atS < 4 ? 0 : atS < 8 ? (atS - 4) * 1.65 : 6.6,
    }));
    expect(actions.map(({ action, atS }) => [action, atS])).toEqual([
      ['warn', 3.25],
      ['warn', 9.75],
    ]);
  });

  it('[SES-21] is not warned about again while it stays near the limit', () => {
    const { actions } = follow(30, (atS) => ({
      arrivedS: atS,
      decodedS: Math.max(0, atS - (Math.floor(atS) % 2 === 0 ? 3.4 : 2.6)),
    }));
    expect(actions).toHaveLength(1);
  });

  it('[SES-22] ends a session that is 5 s behind for 2 s', () => {
    const { actions } = follow(20, (atS) => ({ arrivedS: atS, decodedS: 0 }));
    expect(actions.at(-1)).toEqual({ atS: 7.25, action: 'end', lagS: 7.25 });
  });

  it('[SES-22] forgives an excess that was shorter', () => {
    const { actions } = follow(20, (atS) => ({
      arrivedS: atS,
      decodedS: atS < 6.5 ? 0 : Math.min(atS, (atS - 6.5) * 4),
    }));
    expect(actions.map(({ action }) => action)).toEqual(['warn']);
  });

  it('[SES-21] [SES-22] tells the client in its own words', () => {
    let arrivedS = 1;
    const watch = createLagWatch({
      limits: LAG_LIMITS,
      line: {
        decodedSample: 0,
        isCatchingUp: false,
        workerId: workerId('only'),
        handOver: () => Promise.resolve('stays'),
      },
      receivedS: () => arrivedS,
      turns: { take: () => undefined },
      nowMs: () => 0,
      onMoved: () => undefined,
    });
    const lookAt = (atS: number): unknown => {
      arrivedS = atS;
      return watch.look(atS * 1000);
    };
    expect(lookAt(1)).toBeUndefined();
    expect(lookAt(3.25)).toEqual({
      type: 'warning',
      code: 'processing_lag',
      message: 'Decoding is 3.3 s behind the audio',
      lag_s: 3.25,
    });
    expect(watch.lagS).toBe(3.25);
    lookAt(5.25);
    expect(lookAt(7.25)).toMatchObject({ code: 'lag_exceeded' });
  });
});
