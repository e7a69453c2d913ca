/**
 * Log-mel features as Whisper computes them: windows of 400 samples (periodic Hann) every 160, centred and
 * mirrored at both ends of the padded 30 s, power spectrum, Slaney mel bands from 0 to 8000 Hz,
 * log10 of at least 1e-10, not lower than 8 below the loudest value of the whole, then (x + 4) / 4.
 *
 * The loudest value belongs to the whole window, so nothing of it can be reused for a longer utterance.
 * Behind the audio all is silence: frames that see no audio are filled in, not computed.
 */
import { SAMPLE_RATE } from '../../../audio/frame.ts';
import { createMelFilterbank, type MelBand } from '../mel/mel-filterbank.ts';
import { createComplexFft } from './complex-fft.ts';

/** Frames of 10 ms in the window of 30 s that the encoder always takes. */
export const MEL_FRAMES = 3000;
export const MAX_SAMPLES: number = 30 * SAMPLE_RATE;

const HOP_SAMPLES = 160;
const FFT_SIZE = 400;
const HALF_WINDOW_SAMPLES = FFT_SIZE / 2;
const SILENCE = -10;
const DYNAMIC_RANGE = 8;

export interface WhisperMel {
  readonly bands: number;
  /**
   * Features [bands, 3000] of an utterance of 16 kHz samples, at most 30 s, into `output`, band by band.
   * Work space is shared: one call at a time.
   */
  compute(samples: Float32Array, output: Float32Array): void;
}

export function createWhisperMel(bands: number): WhisperMel {
  const filters = createMelFilterbank({
    bands,
    fftSize: FFT_SIZE,
    sampleRate: SAMPLE_RATE,
    lowHz: 0,
    highHz: SAMPLE_RATE / 2,
  });
  const padded = new Float32Array(MAX_SAMPLES + FFT_SIZE);
  const spectrum = createPairSpectrum();

  return {
    bands,
    compute(samples, output) {
      mirror(samples, padded);
      output.fill(SILENCE);
      const frames = Math.min(MEL_FRAMES, Math.ceil((samples.length + HALF_WINDOW_SAMPLES) / HOP_SAMPLES));
      for (let frame = 0; frame < frames; frame += 2) {
        const [first, second] = spectrum(padded.subarray(frame * HOP_SAMPLES));
        writeFrame(filters, first, output.subarray(frame));
        writeFrame(filters, second, output.subarray(frame + 1));
      }
      normalise(output);
    },
  };
}

/** `samples` behind half a window, both ends of the 30 s mirrored as a centred STFT does. */
function mirror(samples: Float32Array, padded: Float32Array): void {
  padded.fill(0);
  padded.set(samples, HALF_WINDOW_SAMPLES);
  const last = HALF_WINDOW_SAMPLES + MAX_SAMPLES - 1;
  for (let i = 1; i <= HALF_WINDOW_SAMPLES; i++) {
    padded[HALF_WINDOW_SAMPLES - i] = padded[HALF_WINDOW_SAMPLES + i]!;
    padded[last + i] = padded[last - i]!;
  }
}

/**
 * Power spectra of two neighbouring frames by one transform: one frame is the real, the other the imaginary
 * part, and the symmetry of real signals takes their spectra apart.
 */
function createPairSpectrum(): (audio: Float32Array) => readonly [Float64Array, Float64Array] {
  const fft = createComplexFft(FFT_SIZE);
  const window = Float64Array.from(
    { length: FFT_SIZE },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FFT_SIZE),
  );
  const input = new Float64Array(2 * FFT_SIZE);
  const first = new Float64Array(FFT_SIZE / 2 + 1);
  const second = new Float64Array(FFT_SIZE / 2 + 1);
  return (audio) => {
    for (let i = 0; i < FFT_SIZE; i++) {
      input[2 * i] = audio[i]! * window[i]!;
      input[2 * i + 1] = audio[i + HOP_SAMPLES]! * window[i]!;
    }
    const both = fft.transform(input);
    for (let k = 0; k <= FFT_SIZE / 2; k++) {
      const mirrored = k === 0 ? 0 : 2 * (FFT_SIZE - k);
      const re = both[2 * k]!;
      const im = both[2 * k + 1]!;
      const mirroredRe = both[mirrored]!;
      const mirroredIm = both[mirrored + 1]!;
      first[k] = ((re + mirroredRe) ** 2 + (im - mirroredIm) ** 2) / 4;
      second[k] = ((im + mirroredIm) ** 2 + (mirroredRe - re) ** 2) / 4;
    }
    return [first, second];
  };
}

/** Logarithms of the band energies of one frame, one every MEL_FRAMES values. */
function writeFrame(filters: readonly MelBand[], power: Float64Array, output: Float32Array): void {
  for (let band = 0; band < filters.length; band++) {
    const { firstBin, weights } = filters[band]!;
    let energy = 0;
    for (let i = 0; i < weights.length; i++) energy += weights[i]! * power[firstBin + i]!;
    output[band * MEL_FRAMES] = energy > 1e-10 ? Math.log10(energy) : SILENCE;
  }
}

function normalise(features: Float32Array): void {
  let loudest = SILENCE;
  for (const value of features) if (value > loudest) loudest = value;
  const floor = loudest - DYNAMIC_RANGE;
  for (let i = 0; i < features.length; i++) features[i] = (Math.max(features[i]!, floor) + 4) / 4;
}
