import { describe, expect, it } from 'vitest';
import { correctCapacity, type LiveLoad } from '../../../src/engine/batch/live-capacity.ts';

function live(change: Partial<LiveLoad>): LiveLoad {
  return { sessions: 10, lagP95Ms: 100, steps: 500, chunkMs: 160, ...change };
}

describe('the capacity of a running engine', () => {
  it('[ENG-100] falls below the sessions it has when their lag passes four fifths of a chunk', () => {
    expect(correctCapacity(20, live({ sessions: 20, lagP95Ms: 129 }))).toBe(18);
    expect(correctCapacity(20, live({ sessions: 10, lagP95Ms: 500 }))).toBe(9);
    expect(correctCapacity(1, live({ sessions: 1, lagP95Ms: 500 }))).toBe(1);
  });

  it('[ENG-100] grows slowly while nearly all slots are taken and sessions are served at once', () => {
    expect(correctCapacity(20, live({ sessions: 18, lagP95Ms: 40 }))).toBe(21);
    expect(correctCapacity(100, live({ sessions: 95, lagP95Ms: 40 }))).toBe(105);
    expect(correctCapacity(2048, live({ sessions: 2048, lagP95Ms: 40 }))).toBe(2048);
  });

  it('[ENG-100] stays where it is in between, and while too few steps have been seen', () => {
    expect(correctCapacity(20, live({ sessions: 19, lagP95Ms: 90 }))).toBe(20);
    expect(correctCapacity(20, live({ sessions: 10, lagP95Ms: 10 }))).toBe(20);
    expect(correctCapacity(20, live({ sessions: 20, lagP95Ms: 900, steps: 39 }))).toBe(20);
  });
});
