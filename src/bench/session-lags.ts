/**
 * Turns the results of one session into lags (docs/bench.md, BEN-1 to BEN-6). Every time is handed in.
 *
 * Always true: a lag is counted from when audio was due, never from when it was sent; a final that answers a flush or
 * the end is a flush_lag and nothing else; a result that needs audio nobody sent is no lag of the audio that was.
 */
import { createFinalRequests, type FinalRequest } from './final-request.ts';
import type { StepRecorder } from './recorder.ts';
import { dueMs, messageOf, type SessionPlan, type Timing } from './schedule.ts';
import type { WireResult } from './wire.ts';

/** Clocks of timers and of receipt differ by less; a result earlier than that needed other audio than it says. */
const EARLY_TOLERANCE_MS = 2;

export interface SessionLags {
  /** Text is shown that is not final yet, and no final was asked for: a flush would have something to answer. */
  readonly canFlush: boolean;
  /** Position up to which results have answered. */
  readonly answeredSamples: number;
  result(result: WireResult, receivedMs: number): void;
  requested(request: FinalRequest): void;
  /** Nothing more comes: a final that was asked for and owed is missing. */
  readonly closed: (atMs: number) => void;
  /** Everything due up to `lastMessage` that no result has answered is missing as well. */
  givenUp(atMs: number, lastMessage: number): void;
}

export function createSessionLags(parts: {
  readonly schedule: Timing;
  readonly plan: SessionPlan;
  readonly recorder: StepRecorder;
}): SessionLags {
  const { schedule, plan, recorder } = parts;
  const spokenSamples = plan.messages * schedule.frameSamples;
  let shown = '';
  let answeredSamples = 0;
  const requests = createFinalRequests(recorder);

  return {
    get canFlush() {
      return shown !== '' && !requests.isPending;
    },
    get answeredSamples() {
      return answeredSamples;
    },
    requested(request) {
      requests.sent(request, shown !== '');
    },
    result(result, receivedMs) {
      const { text, isFinal, audioEndSample } = result;
      const isChanged = text !== shown;
      shown = isFinal ? '' : text;
      answeredSamples = Math.max(answeredSamples, Math.min(audioEndSample, spokenSamples));
      if (isFinal ? text === '' : !isChanged) return;
      if (isFinal && requests.isAnsweredBy(result, receivedMs)) return;
      if (audioEndSample > spokenSamples) return;
      const dueAtMs = dueMs(schedule, plan, messageOf(schedule, audioEndSample));
      const lagMs = receivedMs - dueAtMs;
      if (lagMs < -EARLY_TOLERANCE_MS) recorder.early();
      if (isChanged) recorder.lag('resp_lag', dueAtMs, lagMs);
      if (isFinal) recorder.lag('final_lag', dueAtMs, lagMs);
    },
    closed: requests.closed,
    givenUp(atMs, lastMessage) {
      requests.closed(atMs);
      const first = answeredSamples === 0 ? 0 : messageOf(schedule, answeredSamples) + 1;
      for (let message = first; message <= lastMessage; message++) {
        const dueAtMs = dueMs(schedule, plan, message);
        recorder.missing('resp_lag', dueAtMs, atMs - dueAtMs);
      }
    },
  };
}
