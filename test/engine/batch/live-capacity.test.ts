import { describe, expect, it } from 'vitest';
import {
  correctCapacity,
  limitCapacity,
  type LiveCapacity,
  type LiveLoad,
  startCapacity,
} from '../../../src/engine/batch/live-capacity.ts';

function live(change: Partial<LiveLoad>): LiveLoad {
  return { sessions: 10, lagP95Ms: 100, steps: 500, chunkMs: 160, ...change };
}

/** The capacity after so many windows of the same figures. */
function after(windows: number, from: LiveCapacity, figures: Partial<LiveLoad>): LiveCapacity {
  let capacity = from;
  for (let i = 0; i < windows; i++) capacity = correctCapacity(capacity, live(figures));
  return capacity;
}

describe('the capacity of a running engine', () => {
  const full = startCapacity(20);

  it('[ENG-100] falls by a tenth when lag passes four fifths of a chunk twice in a row', () => {
    expect(after(1, full, { sessions: 20, lagP95Ms: 129 }).sessions).toBe(20);
    expect(after(2, full, { sessions: 20, lagP95Ms: 129 }).sessions).toBe(18);
    expect(after(2, startCapacity(1), { sessions: 1, lagP95Ms: 500 }).sessions).toBe(1);
  });

  it('[ENG-100] does not fall ever further while those that run are late: they are not sent away', () => {
    expect(after(50, startCapacity(200), { sessions: 200, lagP95Ms: 500 }).sessions).toBe(180);
  });

  it('[ENG-100] falls step by step below what few sessions are late with', () => {
    expect(after(2, startCapacity(175), { sessions: 75, lagP95Ms: 500 }).sessions).toBe(157);
    expect(after(60, startCapacity(175), { sessions: 75, lagP95Ms: 500 }).sessions).toBeLessThan(75);
  });

  it('[ENG-100] does not fall for a moment in which all end at once', () => {
    const late = after(1, startCapacity(175), { sessions: 75, lagP95Ms: 500 });
    expect(after(1, late, { sessions: 0, steps: 0 }).sessions).toBe(175);
    expect(after(3, late, { sessions: 5, lagP95Ms: 10 }).sessions).toBe(175);
  });

  it('[ENG-100] grows slowly while nearly all slots are taken and sessions are served at once', () => {
    expect(after(4, full, { sessions: 18, lagP95Ms: 40 }).sessions).toBe(20);
    expect(after(5, full, { sessions: 18, lagP95Ms: 40 }).sessions).toBe(21);
    expect(after(9, startCapacity(100), { sessions: 95, lagP95Ms: 40 }).sessions).toBe(105);
    expect(after(10, startCapacity(100), { sessions: 99, lagP95Ms: 40 }).sessions).toBe(110);
    expect(after(9, startCapacity(2048), { sessions: 2048, lagP95Ms: 40 }).sessions).toBe(2048);
  });

  it('[ENG-100] comes back to what was measured when it has been calm for ten seconds', () => {
    const fallen = after(6, startCapacity(100), { sessions: 100, lagP95Ms: 500 });
    expect(fallen.sessions).toBe(90);
    expect(after(4, fallen, { sessions: 30, lagP95Ms: 10 }).sessions).toBe(90);
    expect(after(5, fallen, { sessions: 30, lagP95Ms: 10 }).sessions).toBe(95);
    expect(after(50, fallen, { sessions: 30, lagP95Ms: 10 }).sessions).toBe(100);
  });

  it('[ENG-106] does not come back when memory was the reason', () => {
    const limited = limitCapacity(startCapacity(100), 40);
    expect(after(50, limited, { sessions: 10, lagP95Ms: 10 }).sessions).toBe(40);
  });

  it('[ENG-100] stays where it is in between, and while too few steps have been seen', () => {
    expect(after(9, full, { sessions: 19, lagP95Ms: 90 }).sessions).toBe(20);
    expect(after(9, full, { sessions: 20, lagP95Ms: 900, steps: 39 }).sessions).toBe(20);
  });
});
