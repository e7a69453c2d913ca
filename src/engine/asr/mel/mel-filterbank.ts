/**
 * Triangular mel filters on the Slaney scale with Slaney area normalisation, stored sparsely:
 * per band the first bin and its weights. Source: librosa `filters.mel` (htk=False, norm='slaney').
 */

export interface MelBand {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

export interface MelFilterbankOptions {
  readonly bands: number;
  readonly fftSize: number;
  readonly sampleRate: number;
  readonly lowHz: number;
  readonly highHz: number;
}

const LINEAR_HZ_PER_MEL = 200 / 3;
const LOG_START_HZ = 1000;
const LOG_START_MEL = LOG_START_HZ / LINEAR_HZ_PER_MEL;
const LOG_STEP = Math.log(6.4) / 27;

function hzToMel(hz: number): number {
  return hz < LOG_START_HZ ? hz / LINEAR_HZ_PER_MEL : LOG_START_MEL + Math.log(hz / LOG_START_HZ) / LOG_STEP;
}

function melToHz(mel: number): number {
  return mel < LOG_START_MEL
    ? mel * LINEAR_HZ_PER_MEL
    : LOG_START_HZ * Math.exp(LOG_STEP * (mel - LOG_START_MEL));
}

/** One entry per band, lowest first. */
export function createMelFilterbank(options: MelFilterbankOptions): readonly MelBand[] {
  const { bands, fftSize, sampleRate, lowHz, highHz } = options;
  const lowMel = hzToMel(lowHz);
  const stepMel = (hzToMel(highHz) - lowMel) / (bands + 1);
  const edgesHz = Array.from({ length: bands + 2 }, (_, i) => melToHz(lowMel + i * stepMel));
  const binHz = sampleRate / fftSize;

  return Array.from({ length: bands }, (_, band) => {
    const [left, centre, right] = edgesHz.slice(band, band + 3) as [number, number, number];
    const areaNorm = 2 / (right - left);
    const firstBin = Math.ceil(left / binHz);
    const lastBin = Math.min(fftSize / 2, Math.floor(right / binHz));
    const weights = Float64Array.from({ length: Math.max(0, lastBin - firstBin + 1) }, (_, i) => {
      const hz = (firstBin + i) * binHz;
      return areaNorm * Math.max(0, Math.min((hz - left) / (centre - left), (right - hz) / (right - centre)));
    });
    return { firstBin, weights };
  });
}
