/**
 * What the detector remembers of silence. Its memory after so many silent windows is the same for every
 * session, so it is computed once, and a session that is silent need not ask the model.
 */
import { type SpeechModel, VAD_STATE_LENGTH } from './silero.ts';
import { VAD_INPUT_SAMPLES } from './vad-window.ts';

/** The memory after 0, 1, 2 … windows of digital silence that follow a reset. */
export type SilentStates = readonly Float32Array[];

/** @throws RtError asr_failed, resource_exhausted */
export async function computeSilentStates(model: SpeechModel, windows: number): Promise<SilentStates> {
  const input = new Float32Array(VAD_INPUT_SAMPLES);
  const state = new Float32Array(VAD_STATE_LENGTH);
  const states = [state.slice()];
  for (let i = 0; i < windows; i++) {
    await model.score([{ windows: [input], state }]);
    states.push(state.slice());
  }
  return states;
}
