/**
 * Log-mel features as NVIDIA NeMo computes them for its streaming models (`AudioToMelSpectrogram`,
 * normalize NA): pre-emphasis 0.97, symmetric Hann window of 400 centred in 512, hop 160, power
 * spectrum, Slaney mel bands, natural logarithm of the energy plus 2^-24.
 *
 * A frame depends on 401 samples around its centre and on nothing else, so computing frames one by
 * one equals computing them all: there is no state to keep.
 */
import { SAMPLE_RATE } from '../../../audio/frame.ts';
import { createMelFilterbank } from './mel-filterbank.ts';
import { createPowerSpectrum } from './real-fft.ts';

export const HOP_SAMPLES = 160;
/** Samples a frame needs after its centre (the last of them excluded). */
export const MEL_RIGHT_SAMPLES = 200;
/** Samples a frame needs before its centre: half a window and one for the pre-emphasis. */
export const MEL_LEFT_SAMPLES = 201;
/** Length of the input of `frame`. */
export const MEL_SPAN_SAMPLES: number = MEL_LEFT_SAMPLES + MEL_RIGHT_SAMPLES;

const FFT_SIZE = 512;
const WINDOW_SAMPLES = 400;
const PRE_EMPHASIS = 0.97;
const LOG_GUARD = 2 ** -24;

export interface NemoMel {
  readonly bands: number;
  /**
   * One frame of `bands` log energies into `output` at `offset`. `span` holds the samples
   * [centre − 201, centre + 200) in [−1, 1); samples outside the recording are 0.
   */
  frame(span: Float32Array, output: Float32Array, offset: number): void;
}

export function createNemoMel(bands: number): NemoMel {
  const filters = createMelFilterbank({
    bands,
    fftSize: FFT_SIZE,
    sampleRate: SAMPLE_RATE,
    lowHz: 0,
    highHz: SAMPLE_RATE / 2,
  });
  const window = Float64Array.from(
    { length: WINDOW_SAMPLES },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (WINDOW_SAMPLES - 1)),
  );
  const spectrum = createPowerSpectrum(FFT_SIZE);
  const padded = new Float64Array(FFT_SIZE);
  const power = new Float64Array(FFT_SIZE / 2 + 1);
  const padSamples = (FFT_SIZE - WINDOW_SAMPLES) / 2;

  return {
    bands,
    frame(span, output, offset) {
      for (let i = 0; i < WINDOW_SAMPLES; i++) {
        const emphasised = (span[i + 1] as number) - PRE_EMPHASIS * (span[i] as number);
        padded[padSamples + i] = emphasised * (window[i] as number);
      }
      spectrum.transform(padded, power);
      for (let b = 0; b < bands; b++) {
        const { firstBin, weights } = filters[b] as (typeof filters)[number];
        let energy = 0;
        for (let i = 0; i < weights.length; i++)
          energy += (weights[i] as number) * (power[firstBin + i] as number);
        output[offset + b] = Math.log(energy + LOG_GUARD);
      }
    },
  };
}
