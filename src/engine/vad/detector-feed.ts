/**
 * What the detector is given of one session: its windows, one after the other, and its memory between them.
 *
 * Windows that are too quiet for anybody to speak in need not be scored as long as nothing else has been heard
 * since the last reset: what the detector would remember of them is known.
 */
import type { AudioRing } from '../../audio/lookback.ts';
import { VAD_STATE_LENGTH, type VadItem } from './silero.ts';
import { readVadWindow, VAD_CONTEXT_SAMPLES, VAD_INPUT_SAMPLES } from './vad-window.ts';
import type { SilentStates } from './silent-states.ts';

/** −60 dBFS: what a muted or gated microphone sends, and less than any speech that could be recognised. */
const QUIET_PEAK = 2 ** -10;

export interface DetectorFeed {
  /**
   * The window that starts at `startSample`; valid until the next call. `isSilent`: it is known to hold no
   * speech, and must not be scored. Only asked for while nobody speaks (`isIdle`).
   */
  next(startSample: number, isIdle: boolean): { readonly item: VadItem; readonly isSilent: boolean };
  /** Forgets all windows so far. */
  reset(): void;
}

export function createDetectorFeed(ring: AudioRing, silentStates: SilentStates): DetectorFeed {
  const input = new Float32Array(VAD_INPUT_SAMPLES);
  const state = new Float32Array(VAD_STATE_LENGTH);
  /** Silent windows since the last reset; undefined once one was scored. */
  let silentWindows: number | undefined = 0;
  return {
    next(startSample, isIdle) {
      readVadWindow(ring, startSample, input);
      const passed = silentWindows;
      if (isIdle && passed !== undefined && passed + 1 < silentStates.length && isQuiet(input)) {
        silentWindows = passed + 1;
        return { item: { input, state }, isSilent: true };
      }
      const remembered = silentStates[passed ?? 0];
      if (passed !== undefined && passed > 0 && remembered) state.set(remembered);
      silentWindows = undefined;
      return { item: { input, state }, isSilent: false };
    },
    reset() {
      state.fill(0);
      silentWindows = 0;
    },
  };
}

function isQuiet(input: Float32Array): boolean {
  for (let i = VAD_CONTEXT_SAMPLES; i < input.length; i++) {
    if (Math.abs(input[i] as number) >= QUIET_PEAK) return false;
  }
  return true;
}
