/**
 * Turns the results of one session into lags (docs/bench.md, BEN-1 to BEN-6). Every time is handed in.
 *
 * Always true: a lag is counted from when audio was due, never from when it was sent; a final that answers a flush or
 * the end is a flush_lag and nothing else; a result that needs audio nobody sent is no lag of the audio that was.
 */
import { GRID_SAMPLES } from '../audio/frame.ts';
import type { StepRecorder } from './recorder.ts';
import { dueMs, messageOf, type Schedule, type SessionPlan } from './schedule.ts';
import type { WireResult } from './wire.ts';

/** Clocks of timers and of receipt differ by less; a result earlier than that needed other audio than it says. */
const EARLY_TOLERANCE_MS = 2;

/** A message that asks for the final of what was said: a flush, or the end. */
export interface FinalRequest {
  readonly kind: 'flush' | 'end';
  /** When the audio before it was due; decides whether it is measured. */
  readonly dueAtMs: number;
  readonly sentAtMs: number;
  readonly sentSamples: number;
}

export interface SessionLags {
  /** Text is shown that is not final yet, and no final was asked for: a flush would have something to answer. */
  readonly canFlush: boolean;
  /** Position up to which results have answered. */
  readonly answeredSamples: number;
  result(result: WireResult, receivedMs: number): void;
  requested(request: FinalRequest): void;
  /** Nothing more comes: a final that was asked for and owed is missing. */
  closed(atMs: number): void;
  /** Everything due up to `lastMessage` that no result has answered is missing as well. */
  givenUp(atMs: number, lastMessage: number): void;
}

export function createSessionLags(parts: {
  readonly schedule: Schedule;
  readonly plan: SessionPlan;
  readonly recorder: StepRecorder;
}): SessionLags {
  const { schedule, plan, recorder } = parts;
  const spokenSamples = plan.messages * schedule.frameSamples;
  let shown = '';
  let answeredSamples = 0;
  /** `isOwed`: text was shown when it was sent, so a final must come. */
  let pending: { readonly request: FinalRequest; readonly isOwed: boolean } | undefined;

  const answersRequest = ({ isFinal, audioEndSample }: WireResult, receivedMs: number): boolean => {
    if (pending === undefined || !isFinal) return false;
    const { request } = pending;
    // The engine flushes at its last whole window, so the answer may lack less than one of the samples sent.
    if (audioEndSample > request.sentSamples - GRID_SAMPLES) {
      recorder.lag('flush_lag', request.dueAtMs, receivedMs - request.sentAtMs);
      pending = undefined;
      return true;
    }
    // The utterance had ended by itself and its final was under way: a flush has nothing left to answer.
    pending = request.kind === 'end' ? { request, isOwed: false } : undefined;
    return false;
  };

  const closed = (atMs: number): void => {
    if (pending?.isOwed) {
      const { dueAtMs, sentAtMs } = pending.request;
      recorder.missing('flush_lag', dueAtMs, atMs - sentAtMs);
    }
    pending = undefined;
  };

  return {
    get canFlush() {
      return shown !== '' && pending === undefined;
    },
    get answeredSamples() {
      return answeredSamples;
    },
    requested(request) {
      pending = { request, isOwed: shown !== '' };
    },
    result(result, receivedMs) {
      const { text, isFinal, audioEndSample } = result;
      const isChanged = text !== shown;
      shown = isFinal ? '' : text;
      answeredSamples = Math.max(answeredSamples, Math.min(audioEndSample, spokenSamples));
      if (isFinal ? text === '' : !isChanged) return;
      if (answersRequest(result, receivedMs) || audioEndSample > spokenSamples) return;
      const dueAtMs = dueMs(schedule, plan, messageOf(schedule, audioEndSample));
      const lagMs = receivedMs - dueAtMs;
      if (lagMs < -EARLY_TOLERANCE_MS) recorder.early();
      if (isChanged) recorder.lag('resp_lag', dueAtMs, lagMs);
      if (isFinal) recorder.lag('final_lag', dueAtMs, lagMs);
    },
    closed,
    givenUp(atMs, lastMessage) {
      closed(atMs);
      const first = answeredSamples === 0 ? 0 : messageOf(schedule, answeredSamples) + 1;
      for (let message = first; message <= lastMessage; message++) {
        const dueAtMs = dueMs(schedule, plan, message);
        recorder.missing('resp_lag', dueAtMs, atMs - dueAtMs);
      }
    },
  };
}
