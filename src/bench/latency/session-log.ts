/** What one session was answered, kept as it came: words are looked for when the step is over and nothing can be late. */
import type { SessionPlan } from '../schedule.ts';
import type { SessionEnd, SessionObserver } from '../session-observer.ts';
import type { BenchStream, WireResult } from '../wire.ts';

export interface LoggedResult extends WireResult {
  /** Milliseconds since the step began. */
  readonly receivedMs: number;
}

export interface SessionLog {
  readonly plan: SessionPlan;
  readonly results: readonly LoggedResult[];
  /** Undefined while the session runs. */
  readonly end: SessionEnd | undefined;
  readonly stream: BenchStream | undefined;
}

export function createSessionLog(plan: SessionPlan): {
  readonly log: SessionLog;
  readonly observer: SessionObserver;
} {
  const results: LoggedResult[] = [];
  const state: { end?: SessionEnd; stream?: BenchStream } = {};
  return {
    log: {
      plan,
      results,
      get end() {
        return state.end;
      },
      get stream() {
        return state.end === undefined ? state.stream : undefined;
      },
    },
    observer: {
      opened: (stream) => void (state.stream = stream),
      result: ({ text, isFinal, audioEndSample }, receivedMs) => {
        results.push({ text, isFinal, audioEndSample, receivedMs });
      },
      over: (end) => void (state.end = end),
    },
  };
}
