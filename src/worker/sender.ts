/**
 * Engine events as messages of the link: samples become seconds, words go only where asked for,
 * progress is thinned. Pure but for the clock it is given.
 */
import type { EngineEvent, EngineWord } from '../engine/engine.ts';
import { RtError } from '../base/errors.ts';
import { errorMessage } from '../protocol/close-codes.ts';
import type { WireSegment, WireWord } from '../protocol/server-messages.ts';
import { toWireSeconds } from '../protocol/time.ts';
import type { WorkerMessage } from '../protocol/worker-messages.ts';

/** Decimals of confidences on the wire. */
const CONFIDENCE_UNITS = 10_000;

/** The message for an event; undefined for those that are not told one by one. */
export function toMessage(
  event: EngineEvent,
  options: { readonly words: boolean },
): Exclude<WorkerMessage, { type: 'session.begin' | 'progress' | 'session.end' }> | undefined {
  switch (event.type) {
    case 'speech-start':
      return { type: 'vad.speech_start', timestamp: toWireSeconds(event.atSample) };
    case 'speech-end':
      return { type: 'vad.speech_end', timestamp: toWireSeconds(event.atSample) };
    case 'partial':
      return {
        type: 'transcript.partial',
        ...place(event),
        stable_chars: event.stableChars,
        ...(options.words ? { words: event.words.map(toWireWord) } : {}),
      };
    case 'final':
      return {
        type: 'transcript.final',
        ...place(event),
        confidence: roundConfidence(event.confidence),
        words: options.words ? event.words.map(toWireWord) : null,
        commit_sample: event.commitSample,
      };
    case 'fault':
      return {
        ...errorMessage(new RtError(event.code, event.message), true),
        commit_sample: event.commitSample,
      };
    case 'warning':
      return {
        type: 'warning',
        code: event.code,
        message: event.message,
        timestamp: toWireSeconds(event.atSample),
      };
    case 'progress':
    case 'ended':
      return undefined;
  }
}

/** A final as an entry of `session.end`. */
export function toSegment(event: Extract<EngineEvent, { type: 'final' }>): WireSegment {
  return { start: toWireSeconds(event.startSample), end: toWireSeconds(event.endSample), text: event.text };
}

function place(event: Extract<EngineEvent, { type: 'partial' | 'final' }>): {
  text: string;
  start: number;
  end: number;
  audio_end: number;
} {
  return {
    text: event.text,
    start: toWireSeconds(event.startSample),
    end: toWireSeconds(event.endSample),
    audio_end: toWireSeconds(event.audioEndSample),
  };
}

function toWireWord(word: EngineWord): WireWord {
  return {
    word: word.word,
    start: toWireSeconds(word.startSample),
    end: toWireSeconds(word.endSample),
    confidence: roundConfidence(word.confidence),
  };
}

function roundConfidence(value: number): number {
  return Math.round(value * CONFIDENCE_UNITS) / CONFIDENCE_UNITS;
}
