import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPowerSpectrum } from '../../../../src/engine/asr/mel/real-fft.ts';

/** The definition: |Σ x[n] exp(-2πi kn/N)|². */
function naivePower(input: Float64Array): Float64Array {
  const size = input.length;
  return Float64Array.from({ length: size / 2 + 1 }, (_, k) => {
    let re = 0;
    let im = 0;
    for (let n = 0; n < size; n++) {
      re += input[n]! * Math.cos((2 * Math.PI * k * n) / size);
      im -= input[n]! * Math.sin((2 * Math.PI * k * n) / size);
    }
    return re * re + im * im;
  });
}

it.each([4, 8, 64, 512])('equals the discrete Fourier transform of %i samples', (size) => {
  const spectrum = createPowerSpectrum(size);
  const samples = fc.float64Array({ minLength: size, maxLength: size, min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(samples, (input) => {
      const output = new Float64Array(size / 2 + 1);
      spectrum.transform(input, output);
      const expected = naivePower(input);
      for (const [k, power] of output.entries()) expect(Math.abs(power - expected[k]!)).toBeLessThan(1e-8);
    }),
    { seed: 3, numRuns: 15 },
  );
});

it('gives the same twice: its work space keeps nothing of an earlier call', () => {
  const spectrum = createPowerSpectrum(8);
  const ramp = Float64Array.from({ length: 8 }, (_, i) => i);
  const [first, second] = [new Float64Array(5), new Float64Array(5)];
  spectrum.transform(ramp, first);
  spectrum.transform(new Float64Array(8), second);
  spectrum.transform(ramp, second);
  expect(second).toEqual(first);
});
