import { describe, expect, it } from 'vitest';
import { createComplexFft } from '../../../../src/engine/asr/whisper/complex-fft.ts';

function signal(size: number): Float64Array {
  return Float64Array.from({ length: 2 * size }, (_, i) => Math.sin(i * i * 0.7 + i));
}

/** The definition, term by term. */
function direct(input: Float64Array): Float64Array {
  const size = input.length / 2;
  const output = new Float64Array(2 * size);
  for (let k = 0; k < size; k++) {
    for (let n = 0; n < size; n++) {
      const angle = (-2 * Math.PI * ((k * n) % size)) / size;
      const [re, im] = [input[2 * n]!, input[2 * n + 1]!];
      output[2 * k]! += re * Math.cos(angle) - im * Math.sin(angle);
      output[2 * k + 1]! += re * Math.sin(angle) + im * Math.cos(angle);
    }
  }
  return output;
}

function worst(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

describe('the complex FFT', () => {
  it.each([4, 5, 16, 20, 25, 80, 100, 400])('of length %i equals the definition', (size) => {
    const fft = createComplexFft(size);
    expect(worst(fft.transform(signal(size)), direct(signal(size)))).toBeLessThan(1e-10);
    // Work space of the first call must not show in the second.
    expect(worst(fft.transform(signal(size)), direct(signal(size)))).toBeLessThan(1e-10);
  });

  it('refuses lengths with other factors', () => {
    expect(() => createComplexFft(200)).toThrow(RangeError);
    expect(() => createComplexFft(12)).toThrow(RangeError);
  });
});
