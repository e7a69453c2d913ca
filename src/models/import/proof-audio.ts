/** What two encoders are compared on: the bundled clip at several levels, and noise. */
import { fileURLToPath } from 'node:url';
import { openAudioSource } from '../../audio/source.ts';
import type { WindowShape } from '../../engine/asr/recogniser.ts';
import { audioWindows } from './audio-windows.ts';

const CLIP = fileURLToPath(new URL('../../../fixtures/audio/demo.wav', import.meta.url));
const SPEECH_WINDOWS = 200;
const NOISE_WINDOWS = 100;
/** Log energies of silence, and how far noise goes from there. */
const QUIET = -9;
const LOUDNESS = 6;

/** Windows of several recordings: at least 200 of speech, and 100 of noise. The same on every machine. */
export async function proofRecordings(shape: WindowShape): Promise<readonly (readonly Float32Array[])[]> {
  const clip = await readClip();
  const recordings: (readonly Float32Array[])[] = [];
  for (let windows = 0; windows < SPEECH_WINDOWS; ) {
    const level = 0.8 ** recordings.length;
    const recording = audioWindows(
      clip.map((sample) => Math.round(sample * level)),
      shape,
    );
    recordings.push(recording);
    windows += recording.length;
  }
  return [...recordings, noiseWindows(shape)];
}

async function readClip(): Promise<Int16Array> {
  const source = await openAudioSource(CLIP);
  const samples: number[] = [];
  for await (const part of source.frames) samples.push(...part);
  return Int16Array.from(samples);
}

/** Features that swell and fade, each value by itself: nothing a model was made for. */
function noiseWindows({ bands, windowFrames }: WindowShape): readonly Float32Array[] {
  let state = 1;
  const next = (): number => {
    // Numerical Recipes' generator: what matters is that it is the same everywhere.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: NOISE_WINDOWS }, (_, window) => {
    const loudness = LOUDNESS * (1 + Math.sin(window / 5));
    return Float32Array.from({ length: bands * windowFrames }, () => QUIET + loudness * next());
  });
}
