/** Where an utterance is ended although nobody asked for it and nobody fell silent. Pure. */
import { GRID_SAMPLES, gridFloor, SAMPLE_RATE } from '../../audio/frame.ts';

/** An utterance that gets no more audio and still has padded windows to run. */
export interface Finish {
  readonly endSample: number;
  /** Where the session starts afresh; undefined at the end of the stream. */
  readonly restartSample: number | undefined;
}

const MS = SAMPLE_RATE / 1000;
/** Before the limit, the stretch in which a pause is taken. */
const PATIENCE_MS = 3000;
/** Of short limits at most this share is patience. */
const PATIENCE_SHARE = 0.2;
/** Without the detector, blanks of this length are a pause. */
const STREAM_PAUSE_MS = 240;

export function isSplitDue(
  lengthMs: number,
  now: { readonly maxMs: number; readonly isPause: boolean },
): boolean {
  const patienceMs = Math.min(PATIENCE_MS, now.maxMs * PATIENCE_SHARE);
  return lengthMs >= now.maxMs || (now.isPause && lengthMs >= now.maxMs - patienceMs);
}

/** Speech as long as the limit: at a pause if one comes in time, else anyway. */
export function isSpeechTooLong(
  speech: { readonly startSample: number; readonly endSample: number },
  now: { readonly maxMs: number; readonly isPause: boolean },
): boolean {
  return isSplitDue((speech.endSample - speech.startSample) / MS, now);
}

/** A stream without the detector, heard up to `endSample`, that has been one utterance for too long. */
export function isStreamTooLong(
  utterance: { readonly originSample: number; blankSamples(): number },
  endSample: number,
  maxMs: number,
): boolean {
  const isPause = utterance.blankSamples() >= STREAM_PAUSE_MS * MS;
  return isSpeechTooLong({ startSample: utterance.originSample, endSample }, { maxMs, isPause });
}

/** Speech a flush or an end must find to make an utterance of a mere candidate: two windows. */
export function isFlushable(candidate: { readonly speechSamples: number }): boolean {
  return candidate.speechSamples >= 2 * GRID_SAMPLES;
}

/** Where the next whole utterance of a stream without the detector ends. */
export function wholeStreamEnd(originSample: number, maxMs: number): number {
  return gridFloor(originSample + maxMs * MS);
}

/** Ends an utterance in the middle of a stream; the audio from its end on is judged again. */
export function finishAt(endSample: number): Finish {
  return { endSample, restartSample: gridFloor(endSample) };
}
