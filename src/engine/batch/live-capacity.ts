/**
 * Corrects the measured capacity from what sessions really experience: the lag from the arrival of audio
 * to the end of the step that used it, which sees everything the measurement at start could not. Pure.
 *
 * One late window proves nothing: sessions that all begin or all end at once are late for a moment wherever
 * there is room for them. So it takes two in a row, each correction is small, and what was taken away for a
 * reason that has passed comes back.
 */
import { LOAD_SHARE, MOST_SESSIONS } from './capacity.ts';

export interface LiveLoad {
  readonly sessions: number;
  /** p95 since the last correction, and how many steps it stands on. */
  readonly lagP95Ms: number;
  readonly steps: number;
  readonly chunkMs: number;
}

export interface LiveCapacity {
  /** Sessions to hold from now on, at least 1. */
  readonly sessions: number;
  /** As measured at start. */
  readonly measured: number;
  /** Late windows in a row, and calm ones. */
  readonly lateWindows: number;
  readonly calmWindows: number;
}

/** Fewer steps say nothing about a 95th percentile. */
const ENOUGH_STEPS = 40;
const ENOUGH_LATE_WINDOWS = 2;
/** Windows after which the reason for being late is over: ten seconds. */
const ENOUGH_CALM_WINDOWS = 5;
const SHRINK = 0.9;
const GROWTH = 0.05;
/** Lag below this share of a chunk says that there is room. */
const ROOMY_SHARE = 0.4;
const NEARLY_FULL = 0.9;

export function startCapacity(measured: number): LiveCapacity {
  return { sessions: measured, measured, lateWindows: 0, calmWindows: 0 };
}

/** The same capacity, but no more than `most` sessions, for good: memory did not suffice for more. */
export function limitCapacity(capacity: LiveCapacity, most: number): LiveCapacity {
  const sessions = Math.max(1, Math.min(capacity.sessions, most));
  return { ...capacity, sessions, measured: Math.min(capacity.measured, sessions) };
}

/** The capacity after one window of live figures. */
export function correctCapacity(capacity: LiveCapacity, live: LiveLoad): LiveCapacity {
  const { lagP95Ms, steps, chunkMs } = live;
  if (steps < ENOUGH_STEPS) return capacity;
  if (lagP95Ms > LOAD_SHARE * chunkMs) return afterLate(capacity, live);
  if (lagP95Ms < ROOMY_SHARE * chunkMs) return afterCalm(capacity, live);
  return { ...capacity, lateWindows: 0, calmWindows: 0 };
}

function afterLate(capacity: LiveCapacity, { sessions }: LiveLoad): LiveCapacity {
  const lateWindows = capacity.lateWindows + 1;
  const late = { ...capacity, lateWindows, calmWindows: 0 };
  if (lateWindows < ENOUGH_LATE_WINDOWS) return late;
  // Sessions that run are never sent away, so lag that lasts takes no more than a tenth of those there are.
  const least = Math.max(1, Math.floor(Math.max(sessions, capacity.sessions) * SHRINK));
  return { ...late, sessions: Math.min(capacity.sessions, least) };
}

function afterCalm(capacity: LiveCapacity, { sessions }: LiveLoad): LiveCapacity {
  const calmWindows = capacity.calmWindows + 1;
  const calm = { ...capacity, lateWindows: 0, calmWindows };
  const step = Math.max(1, Math.round(capacity.sessions * GROWTH));
  if (calmWindows < ENOUGH_CALM_WINDOWS) return calm;
  // Beyond what was measured only one step in that time: what sessions that came just now do to others shows later,
  // and on a machine that gateways share, elsewhere first.
  if (capacity.sessions >= capacity.measured) {
    if (sessions < NEARLY_FULL * capacity.sessions) return calm;
    return { ...calm, calmWindows: 0, sessions: Math.min(MOST_SESSIONS, capacity.sessions + step) };
  }
  return { ...calm, sessions: Math.min(capacity.measured, capacity.sessions + step) };
}
