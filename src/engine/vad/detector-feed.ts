/** What the detector is given of one session: its windows, one after the other, and its memory between them. */
import type { AudioRing } from '../../audio/lookback.ts';
import {
  readVadWindow,
  VAD_CONTEXT_SAMPLES,
  VAD_INPUT_SAMPLES,
  VAD_STATE_LENGTH,
  type VadItem,
} from './silero.ts';

/** −60 dBFS: what a muted or gated microphone sends, and less than any speech that could be recognised. */
const QUIET_PEAK = 2 ** -10;

export interface DetectorFeed {
  /** The window that starts at `startSample`; valid until the next call. */
  window(startSample: number): VadItem;
  /** Whether nobody can be speaking in the window that was read last, so that it need not be scored. */
  isQuiet(): boolean;
  /** Forgets all windows so far. */
  reset(): void;
}

export function createDetectorFeed(ring: AudioRing): DetectorFeed {
  const input = new Float32Array(VAD_INPUT_SAMPLES);
  const state = new Float32Array(VAD_STATE_LENGTH);
  return {
    window(startSample) {
      readVadWindow(ring, startSample, input);
      return { input, state };
    },
    isQuiet() {
      for (let i = VAD_CONTEXT_SAMPLES; i < input.length; i++) {
        if (Math.abs(input[i] as number) >= QUIET_PEAK) return false;
      }
      return true;
    },
    reset() {
      state.fill(0);
    },
  };
}
