/**
 * What the detector is given of one session: its windows, one after the other, and its memory between them.
 *
 * Windows that have arrived together are scored together, and their answers kept until it is their turn: each
 * is read with the memory of those before it, so the answers are those of scoring them one by one, as long as
 * nothing is forgotten between them; what is, drops the answers with the memory.
 *
 * Windows that are too quiet for anybody to speak in need not be scored as long as nothing else has been heard
 * since the last reset: what the detector would remember of them is known.
 */
import type { AudioRing } from '../../audio/lookback.ts';
import { VAD_STATE_LENGTH, type VadItem } from './silero.ts';
import { readVadWindow, VAD_CONTEXT_SAMPLES, VAD_INPUT_SAMPLES, VAD_WINDOW_SAMPLES } from './vad-window.ts';
import type { SilentStates } from './silent-states.ts';

/** −60 dBFS: what a muted or gated microphone sends, and less than any speech that could be recognised. */
const QUIET_PEAK = 2 ** -10;
/** What a message of 80 to 96 ms brings. More would make streams that catch up hold up those that do not. */
const MOST_WINDOWS = 3;
const NO_ANSWERS = new Float32Array(0);

export interface DetectorFeed {
  /**
   * The probability of speech in the window that starts at `startSample`, undefined when it must be scored.
   * `isIdle`: nobody speaks, and nothing yet makes one think so.
   */
  known(startSample: number, isIdle: boolean): number | undefined;
  /** What to score for the windows from `startSample` that end by `endSample`: the first, and some behind it. */
  ask(startSample: number, endSample: number): VadItem;
  /** The answers to what was asked for last. */
  answer(probabilities: Float32Array): void;
  /** Forgets all windows so far. */
  reset(): void;
}

export function createDetectorFeed(ring: AudioRing, silentStates: SilentStates): DetectorFeed {
  const inputs = Array.from({ length: MOST_WINDOWS }, () => new Float32Array(VAD_INPUT_SAMPLES));
  const [first] = inputs as [Float32Array];
  const state = new Float32Array(VAD_STATE_LENGTH);
  /** Silent windows since the last reset; undefined once one was scored. */
  let silentWindows: number | undefined = 0;
  let answers: Float32Array = NO_ANSWERS;
  /** Start of the window that the first answer is about. */
  let answersSample = 0;

  const isKnownSilence = (startSample: number): boolean => {
    if (silentWindows === undefined || silentWindows + 1 >= silentStates.length) return false;
    readVadWindow(ring, startSample, first);
    return isQuiet(first);
  };
  return {
    known(startSample, isIdle) {
      const answer = answers[(startSample - answersSample) / VAD_WINDOW_SAMPLES];
      if (answer !== undefined || !isIdle || !isKnownSilence(startSample)) return answer;
      silentWindows = (silentWindows ?? 0) + 1;
      return 0;
    },
    ask(startSample, endSample) {
      const remembered = silentStates[silentWindows ?? 0];
      if (silentWindows !== undefined && silentWindows > 0 && remembered) state.set(remembered);
      silentWindows = undefined;
      answersSample = startSample;
      const count = Math.floor((endSample - startSample) / VAD_WINDOW_SAMPLES);
      const windows = inputs.slice(0, Math.max(1, count));
      for (const [i, input] of windows.entries()) {
        readVadWindow(ring, startSample + i * VAD_WINDOW_SAMPLES, input);
      }
      return { windows, state };
    },
    answer(probabilities) {
      answers = probabilities;
    },
    reset() {
      state.fill(0);
      silentWindows = 0;
      answers = NO_ANSWERS;
    },
  };
}

function isQuiet(input: Float32Array): boolean {
  for (let i = VAD_CONTEXT_SAMPLES; i < input.length; i++) {
    if (Math.abs(input[i] as number) >= QUIET_PEAK) return false;
  }
  return true;
}
