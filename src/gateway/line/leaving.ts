/** When a session tries to leave a worker that drains: between two utterances, or after long inside of one. */
const TRY_AGAIN_MS = 1000;
const ANYWAY_MS = 10_000;

export interface Leaving {
  /** The worker drains. */
  begin(nowMs: number): void;
  /** Whether the time has come; the next one comes after a second. */
  isDue(nowMs: number, isSpeaking: boolean): boolean;
}

export function createLeaving(): Leaving {
  let sinceMs: number | undefined;
  let nextMs = 0;
  return {
    begin(nowMs) {
      sinceMs ??= nowMs;
    },
    isDue(nowMs, isSpeaking) {
      if (sinceMs === undefined || nowMs < nextMs) return false;
      if (isSpeaking && nowMs - sinceMs < ANYWAY_MS) return false;
      nextMs = nowMs + TRY_AGAIN_MS;
      return true;
    },
  };
}
