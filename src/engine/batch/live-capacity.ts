/**
 * Corrects the measured capacity from what sessions really experience: the lag from the arrival of audio
 * to the end of the step that used it, which sees everything the measurement at start could not. Pure.
 */
import { LOAD_SHARE, MOST_SESSIONS } from './capacity.ts';

export interface LiveLoad {
  readonly sessions: number;
  /** p95 since the last correction, and how many steps it stands on. */
  readonly lagP95Ms: number;
  readonly steps: number;
  readonly chunkMs: number;
}

/** Fewer steps say nothing about a 95th percentile. */
const ENOUGH_STEPS = 40;
const SHRINK = 0.9;
const GROWTH = 0.05;
/** Lag below this share of a chunk, with nearly all slots taken, says that there is room. */
const ROOMY_SHARE = 0.4;
const NEARLY_FULL = 0.9;
/** The capacity from now on, at least 1. */
export function correctCapacity(current: number, live: LiveLoad): number {
  const { sessions, lagP95Ms, steps, chunkMs } = live;
  if (steps < ENOUGH_STEPS) return current;
  if (lagP95Ms > LOAD_SHARE * chunkMs) {
    return Math.max(1, Math.min(current, Math.floor(sessions * SHRINK)));
  }
  if (sessions >= NEARLY_FULL * current && lagP95Ms < ROOMY_SHARE * chunkMs) {
    return Math.min(MOST_SESSIONS, current + Math.max(1, Math.round(current * GROWTH)));
  }
  return current;
}
