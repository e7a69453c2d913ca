/**
 * Power spectrum of a real signal by one complex FFT of half the length (radix 2, in place).
 * Tables and work space are made once: a call allocates nothing.
 */

export interface PowerSpectrum {
  readonly size: number;
  /** |X[k]|² of `input` (length `size`) into `output` (length `size / 2 + 1`). */
  transform(input: Float64Array, output: Float64Array): void;
}

/** @param size a power of two, at least 4 */
export function createPowerSpectrum(size: number): PowerSpectrum {
  const half = size / 2;
  const order = bitReversal(half);
  const twiddle = roots(half / 2, half);
  const unpack = roots(half + 1, size);
  const re = new Float64Array(half);
  const im = new Float64Array(half);

  return {
    size,
    transform(input, output) {
      for (let i = 0; i < half; i++) {
        const from = order[i] as number;
        re[i] = input[2 * from] as number;
        im[i] = input[2 * from + 1] as number;
      }
      butterflies(re, im, twiddle);
      // Even and odd samples were packed as real and imaginary part: separate the two spectra.
      for (let k = 0; k <= half; k++) {
        const a = k === half ? 0 : k;
        const b = k === 0 ? 0 : half - k;
        const evenRe = ((re[a] as number) + (re[b] as number)) / 2;
        const evenIm = ((im[a] as number) - (im[b] as number)) / 2;
        const oddRe = ((im[a] as number) + (im[b] as number)) / 2;
        const oddIm = ((re[b] as number) - (re[a] as number)) / 2;
        const cos = unpack.cos[k] as number;
        const sin = unpack.sin[k] as number;
        const x = evenRe + cos * oddRe - sin * oddIm;
        const y = evenIm + cos * oddIm + sin * oddRe;
        output[k] = x * x + y * y;
      }
    },
  };
}

interface Roots {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** exp(-2πi·k/period) for k < count. */
function roots(count: number, period: number): Roots {
  const angle = (k: number): number => (-2 * Math.PI * k) / period;
  return {
    cos: Float64Array.from({ length: count }, (_, k) => Math.cos(angle(k))),
    sin: Float64Array.from({ length: count }, (_, k) => Math.sin(angle(k))),
  };
}

function bitReversal(length: number): Uint32Array {
  const bits = Math.log2(length);
  return Uint32Array.from({ length }, (_, i) => {
    let reversed = 0;
    for (let b = 0; b < bits; b++) reversed |= ((i >> b) & 1) << (bits - 1 - b);
    return reversed;
  });
}

function butterflies(re: Float64Array, im: Float64Array, twiddle: Roots): void {
  const length = re.length;
  for (let span = 1; span < length; span *= 2) {
    const stride = length / (2 * span);
    for (let base = 0; base < length; base += 2 * span) {
      for (let j = 0; j < span; j++) {
        const cos = twiddle.cos[j * stride] as number;
        const sin = twiddle.sin[j * stride] as number;
        const p = base + j;
        const q = p + span;
        const tr = cos * (re[q] as number) - sin * (im[q] as number);
        const ti = cos * (im[q] as number) + sin * (re[q] as number);
        re[q] = (re[p] as number) - tr;
        im[q] = (im[p] as number) - ti;
        re[p] = (re[p] as number) + tr;
        im[p] = (im[p] as number) + ti;
      }
    }
  }
}
