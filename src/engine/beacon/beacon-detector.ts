/** The detector of beacon audio: a window with a sample of a word in it is speech. It remembers nothing. */
import { setImmediate } from 'node:timers/promises';
import { LOUD_LEVEL } from '../../audio/beacon/beacon-code.ts';
import type { SpeechModel } from '../vad/silero.ts';
import { VAD_CONTEXT_SAMPLES } from '../vad/vad-window.ts';

const LOUD = LOUD_LEVEL / 32_768;

export const beaconDetector: SpeechModel = {
  async score(items) {
    // Sockets are served between two batches.
    await setImmediate();
    return items.map(({ windows }) => Float32Array.from(windows, (window) => (isLoud(window) ? 1 : 0)));
  },
};

/** The context belongs to the window before. */
function isLoud(input: Float32Array): boolean {
  for (let i = VAD_CONTEXT_SAMPLES; i < input.length; i++) {
    if (Math.abs(input[i] as number) >= LOUD) return true;
  }
  return false;
}
