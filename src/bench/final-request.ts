/** The final that a flush, or the end of a stream, asks for: which one answers it, and whether one was owed at all. */
import { GRID_SAMPLES } from '../audio/frame.ts';
import type { StepRecorder } from './recorder.ts';
import type { WireResult } from './wire.ts';

export interface FinalRequest {
  readonly kind: 'flush' | 'end';
  /** When the audio before it was due; decides whether it is measured. */
  readonly dueAtMs: number;
  readonly sentAtMs: number;
  readonly sentSamples: number;
}

export interface FinalRequests {
  readonly isPending: boolean;
  /** `isOwed`: text is shown that is not final, so an answer must come. */
  sent(request: FinalRequest, isOwed: boolean): void;
  /** Whether `final` is the answer; records its lag if so. */
  isAnsweredBy(final: WireResult, receivedMs: number): boolean;
  /** Nothing more comes: an answer that was owed is missing. */
  readonly closed: (atMs: number) => void;
}

export function createFinalRequests(recorder: StepRecorder): FinalRequests {
  let pending: { readonly request: FinalRequest; readonly isOwed: boolean } | undefined;
  return {
    get isPending() {
      return pending !== undefined;
    },
    sent(request, isOwed) {
      pending = { request, isOwed };
    },
    isAnsweredBy({ audioEndSample }, receivedMs) {
      if (pending === undefined) return false;
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
    },
    closed: (atMs) => {
      if (pending?.isOwed) {
        const { dueAtMs, sentAtMs } = pending.request;
        recorder.missing('flush_lag', dueAtMs, atMs - sentAtMs);
      }
      pending = undefined;
    },
  };
}
