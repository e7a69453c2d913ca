/**
 * How overloaded a gateway is, from what it measures of itself (pure; docs/sessions.md, OVL-n).
 *
 * Always true: the worst signal decides; a level is entered only when its limit was exceeded for a while, left only
 * when every signal was a tenth below its limit for a while, and left by one step at a time, so that it does not flap.
 * Where the heap or the descriptors want sessions refused that happens at once: a flood uses up the rest in seconds.
 */

/** 0 normal, 1 partials at half rate, 2 new sessions are refused, 3 resumed ones too. */
export type OverloadLevel = 0 | 1 | 2 | 3;

export interface Readings {
  /** 99th percentile of the event loop's delay over the last look. */
  readonly loopDelayMs: number;
  /** Of the most this process may have. */
  readonly heapShare: number;
  readonly fdShare: number;
  /** Sessions of this gateway whose lag is worth a warning. */
  readonly laggingSessions: number;
  /** Sessions on all workers for each slot they have; above 1 when workers had to lower their capacity. */
  readonly workerLoad: number;
}

export interface LevelState {
  readonly level: OverloadLevel;
  /** The lowest level that all looks since then asked for. */
  readonly rising: { readonly sinceMs: number; readonly level: OverloadLevel } | undefined;
  readonly fallingSinceMs: number | undefined;
}

export const NORMAL: LevelState = { level: 0, rising: undefined, fallingSinceMs: undefined };

/** A pause of the garbage collector is no overload. */
export const RAISE_AFTER_MS = 2000;
export const LOWER_AFTER_MS = 5000;
/** Of a limit, what a signal must fall to before its level may be left. */
const LEAVE_AT = 0.9;

const NEVER = Number.POSITIVE_INFINITY;
/** What must be exceeded for levels 1, 2 and 3. */
const LIMITS: Readonly<Record<keyof Readings, readonly [number, number, number]>> = {
  loopDelayMs: [50, 250, NEVER],
  heapShare: [0.7, 0.9, 0.95],
  // Fewer partials free no descriptors.
  fdShare: [NEVER, 0.9, 0.95],
  laggingSessions: [0, NEVER, NEVER],
  workerLoad: [1, NEVER, NEVER],
};
/** Load may pass; heap and descriptors that are nearly used up are not waited with until they are. */
const NO_LOAD = { loopDelayMs: 0, laggingSessions: 0, workerLoad: 0 };
/** From this level on new sessions are refused. */
const REFUSING = 2;
const SIGNALS = Object.keys(LIMITS) as (keyof Readings)[];

/** The level after one more look. */
export function nextLevel(
  state: LevelState,
  look: { readonly readings: Readings; readonly nowMs: number },
): LevelState {
  const asked = levelOf(look.readings, 1);
  const used = levelOf({ ...look.readings, ...NO_LOAD }, 1);
  if (used >= REFUSING && used > state.level) return { ...NORMAL, level: used };
  if (asked > state.level) return rise(state, asked, look.nowMs);
  if (levelOf(look.readings, LEAVE_AT) < state.level) return fall(state, look.nowMs);
  return { level: state.level, rising: undefined, fallingSinceMs: undefined };
}

function rise({ level, rising }: LevelState, asked: OverloadLevel, nowMs: number): LevelState {
  const lowest = rising && rising.level < asked ? rising.level : asked;
  const sinceMs = rising?.sinceMs ?? nowMs;
  if (nowMs - sinceMs >= RAISE_AFTER_MS) return { ...NORMAL, level: lowest };
  return { level, rising: { sinceMs, level: lowest }, fallingSinceMs: undefined };
}

function fall({ level, fallingSinceMs }: LevelState, nowMs: number): LevelState {
  const sinceMs = fallingSinceMs ?? nowMs;
  const isLeft = nowMs - sinceMs >= LOWER_AFTER_MS;
  return {
    level: isLeft ? LEVEL_BELOW[level] : level,
    rising: undefined,
    fallingSinceMs: isLeft ? undefined : sinceMs,
  };
}

const LEVEL_BELOW: readonly [OverloadLevel, OverloadLevel, OverloadLevel, OverloadLevel] = [0, 0, 1, 2];

/** The highest level of which some signal exceeds that part of the limit. */
function levelOf(readings: Readings, part: number): OverloadLevel {
  for (const level of [3, 2, 1] as const) {
    if (SIGNALS.some((signal) => readings[signal] > LIMITS[signal][level - 1]! * part)) return level;
  }
  return 0;
}
