import { describe, expect, it } from 'vitest';
import {
  LOWER_AFTER_MS,
  type LevelState,
  NORMAL,
  nextLevel,
  RAISE_AFTER_MS,
  type Readings,
} from '../../../src/gateway/overload/levels.ts';

const CALM: Readings = { loopDelayMs: 0, heapShare: 0.2, fdShare: 0.1, laggingSessions: 0, workerLoad: 0.9 };

/** Looks once a second at what `readings` says of each of these seconds; answers all levels. */
function follow(seconds: readonly Partial<Readings>[], from: LevelState = NORMAL): number[] {
  let state = from;
  return seconds.map((reading, second) => {
    state = nextLevel(state, { readings: { ...CALM, ...reading }, nowMs: second * 1000 });
    return state.level;
  });
}

function times(count: number, reading: Partial<Readings>): Partial<Readings>[] {
  return Array.from({ length: count }, () => reading);
}

/** The level that lasting readings lead to. */
const settled = (reading: Partial<Readings>): number | undefined => follow(times(20, reading)).at(-1);

describe('the overload level', () => {
  it.each<[Partial<Readings>, number]>([
    [{}, 0],
    [{ loopDelayMs: 50 }, 0],
    [{ loopDelayMs: 51 }, 1],
    [{ loopDelayMs: 251 }, 2],
    [{ heapShare: 0.71 }, 1],
    [{ heapShare: 0.91 }, 2],
    [{ heapShare: 0.96 }, 3],
    [{ fdShare: 0.89 }, 0],
    [{ fdShare: 0.91 }, 2],
    [{ fdShare: 0.96 }, 3],
    [{ laggingSessions: 1 }, 1],
    [{ workerLoad: 1 }, 0],
    [{ workerLoad: 1.01 }, 1],
    [{ loopDelayMs: 60, heapShare: 0.92 }, 2],
  ])('[OVL-1] for %j is %i: the worst signal decides', (reading, level) => {
    expect(settled(reading)).toBe(level);
  });

  it('[OVL-1] rises only when it was asked for the whole time', () => {
    expect(follow(times(3, { loopDelayMs: 60 }))).toEqual([0, 0, 1]);
    expect(follow([{ loopDelayMs: 300 }, {}, { loopDelayMs: 300 }, { loopDelayMs: 300 }])).toEqual([
      0, 0, 0, 0,
    ]);
    expect(RAISE_AFTER_MS).toBe(2000);
  });

  it('[OVL-1] rises no further than every look asked for', () => {
    expect(follow([{ loopDelayMs: 300 }, { loopDelayMs: 60 }, { loopDelayMs: 300 }])).toEqual([0, 0, 1]);
  });

  it('[OVL-1] does not wait when memory or descriptors are nearly used up', () => {
    expect(follow([{ heapShare: 0.96 }])).toEqual([3]);
    expect(follow([{ loopDelayMs: 300 }, { fdShare: 0.91 }, { heapShare: 0.92 }])).toEqual([0, 2, 2]);
    expect(follow([{ heapShare: 0.71 }, { heapShare: 0.71 }, { heapShare: 0.71 }])).toEqual([0, 0, 1]);
  });

  it('[OVL-1] falls by one level for each 5 s of calm', () => {
    expect(LOWER_AFTER_MS).toBe(5000);
    const levels = follow(times(17, {}), { ...NORMAL, level: 3 });
    expect(levels.join('')).toBe('33333222222111111'.slice(0, 17));
  });

  it('[OVL-1] stays while a signal is less than a tenth below its limit', () => {
    const level1 = { ...NORMAL, level: 1 } as const;
    expect(follow(times(30, { loopDelayMs: 46 }), level1).at(-1)).toBe(1);
    expect(follow(times(30, { loopDelayMs: 44 }), level1).at(-1)).toBe(0);
  });

  it('[OVL-1] counts the calm anew after each relapse', () => {
    const calmAndBack = [...times(4, {}), { loopDelayMs: 60 }];
    expect(
      new Set(follow([...calmAndBack, ...calmAndBack, ...calmAndBack], { ...NORMAL, level: 1 })),
    ).toEqual(new Set([1]));
  });
});
