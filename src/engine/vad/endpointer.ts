/**
 * Decides from speech probabilities where utterances begin and end: hysteresis, a minimum of speech
 * before anything counts, a minimum of silence before it ends. Pure: `next(state, window)`.
 */
import { GRID_SAMPLES, SAMPLE_RATE } from '../../audio/frame.ts';

export interface EndpointerSettings {
  /** A window at or above it starts speech. */
  readonly threshold: number;
  /** Time after the first speech window before an utterance is one; half of it must be speech. */
  readonly minSpeechSamples: number;
  /** Silence that ends an utterance, in samples. */
  readonly minSilenceSamples: number;
}

/** The settings as a session states them. */
export function endpointerSettings(options: {
  readonly vadThreshold: number;
  readonly minSpeechMs: number;
  readonly minSilenceMs: number;
}): EndpointerSettings {
  const samplesPerMs = SAMPLE_RATE / 1000;
  return {
    threshold: options.vadThreshold,
    minSpeechSamples: options.minSpeechMs * samplesPerMs,
    minSilenceSamples: options.minSilenceMs * samplesPerMs,
  };
}

/** A window at or above `threshold - this` goes on counting as speech. */
const HYSTERESIS = 0.15;
const LOWEST_NEGATIVE_THRESHOLD = 0.01;

export type EndpointerState =
  | { readonly mode: 'idle' }
  /** Speech was heard, but not enough of it yet. */
  | {
      readonly mode: 'candidate';
      readonly startSample: number;
      readonly lastSpeechEndSample: number;
      readonly speechSamples: number;
    }
  | {
      readonly mode: 'speech';
      /** Start of the first speech window. */
      readonly startSample: number;
      /** End of the last window above the negative threshold. */
      readonly lastSpeechEndSample: number;
      readonly speechSamples: number;
    };

/** One scored window. */
export interface ScoredWindow {
  readonly probability: number;
  readonly endSample: number;
}

export interface EndpointerStep {
  readonly state: EndpointerState;
  readonly decision: 'none' | 'confirmed' | 'ended';
  /** The window counts as silence. */
  readonly silent: boolean;
}

export const IDLE: EndpointerState = { mode: 'idle' };

export function nextEndpointerState(
  state: EndpointerState,
  window: ScoredWindow,
  settings: EndpointerSettings,
): EndpointerStep {
  const { endSample } = window;
  const heard = hear(state, window, settings);
  const silent = heard.mode === 'idle' || heard.lastSpeechEndSample < endSample;
  if (heard.mode === 'idle') return { state: heard, decision: 'none', silent };
  if (endSample - heard.lastSpeechEndSample >= settings.minSilenceSamples) {
    return { state: IDLE, decision: heard.mode === 'speech' ? 'ended' : 'none', silent };
  }
  if (heard.mode === 'candidate' && isSpeech(heard, endSample, settings)) {
    return { state: { ...heard, mode: 'speech' }, decision: 'confirmed', silent };
  }
  return { state: heard, decision: 'none', silent };
}

function hear(state: EndpointerState, window: ScoredWindow, settings: EndpointerSettings): EndpointerState {
  const { probability, endSample } = window;
  if (state.mode === 'idle') {
    if (probability < settings.threshold) return state;
    const startSample = endSample - GRID_SAMPLES;
    return { mode: 'candidate', startSample, lastSpeechEndSample: endSample, speechSamples: GRID_SAMPLES };
  }
  const negative = Math.max(LOWEST_NEGATIVE_THRESHOLD, settings.threshold - HYSTERESIS);
  if (probability < negative) return state;
  return { ...state, lastSpeechEndSample: endSample, speechSamples: state.speechSamples + GRID_SAMPLES };
}

/**
 * Long enough, and at least half of the minimum was speech: a short word ("six" has 220 ms above the
 * threshold) must not be dropped for the silence behind it, a click must.
 */
function isSpeech(
  candidate: Extract<EndpointerState, { mode: 'candidate' }>,
  endSample: number,
  settings: EndpointerSettings,
): boolean {
  const lengthSamples = endSample - candidate.startSample;
  return (
    lengthSamples >= settings.minSpeechSamples && 2 * candidate.speechSamples >= settings.minSpeechSamples
  );
}
