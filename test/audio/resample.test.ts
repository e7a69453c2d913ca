import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createResampler, loadResampler } from '../../src/audio/resample.ts';

const RATES = [8000, 11_025, 22_050, 24_000, 44_100, 48_000];
/** Samples at either end that a filter cannot know: half its width at 16 kHz and some more. */
const EDGE = 200;

beforeAll(loadResampler);

function tone(options: { rate: number; hz: number; seconds: number; amplitude?: number }): Int16Array {
  const { rate, hz, seconds, amplitude = 16_000 } = options;
  return Int16Array.from({ length: Math.round(rate * seconds) }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rate)),
  );
}

function convert(input: Int16Array, fromRate: number): Int16Array {
  const resampler = createResampler({ fromRate });
  return concat([resampler.push(input), resampler.flush()]);
}

function concat(parts: readonly Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

function decibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** Amplitude and phase (radians of a sine) of `hz` in 16 kHz audio, edges left out. */
function measure(samples: Int16Array, hz: number): { amplitude: number; phase: number } {
  let sine = 0;
  let cosine = 0;
  let count = 0;
  for (let i = EDGE; i < samples.length - EDGE; i++, count++) {
    sine += samples[i]! * Math.sin((2 * Math.PI * hz * i) / 16_000);
    cosine += samples[i]! * Math.cos((2 * Math.PI * hz * i) / 16_000);
  }
  return { amplitude: (2 * Math.hypot(sine, cosine)) / count, phase: Math.atan2(cosine, sine) };
}

describe.each(RATES)('from %i Hz', (rate) => {
  test('[AUD-8] a 1 kHz tone keeps its level and its position', () => {
    const { amplitude, phase } = measure(convert(tone({ rate, hz: 1000, seconds: 1.1 }), rate), 1000);
    expect(Math.abs(decibels(amplitude / 16_000))).toBeLessThan(0.1);
    const errorSamples = (phase / (2 * Math.PI)) * 16;
    expect(Math.abs(errorSamples)).toBeLessThan(0.05);
  });

  test('[AUD-8] a short pulse stays where it was', () => {
    const centre = rate / 2;
    const width = rate / 500;
    const input = Int16Array.from({ length: rate }, (_, i) => {
      const distance = Math.abs(i - centre) / width;
      return distance < 1 ? Math.round(10_000 * (1 + Math.cos(Math.PI * distance))) : 0;
    });
    const output = convert(input, rate);
    expect(Math.abs(output.indexOf(Math.max(...output)) - 8000)).toBeLessThan(1);
  });

  test('[AUD-7] any length gives its own duration at 16 kHz', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: rate }), (length) => {
        expect(convert(new Int16Array(length), rate)).toHaveLength(Math.round((length * 16_000) / rate));
      }),
      { numRuns: 25 },
    );
  });

  test('[AUD-6] any split of the input gives the same output', () => {
    const input = tone({ rate, hz: 440, seconds: 0.4 });
    const whole = convert(input, rate);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: input.length }), { maxLength: 40 }), (cuts) => {
        const resampler = createResampler({ fromRate: rate });
        const bounds = [0, ...cuts.toSorted((a, b) => a - b), input.length];
        const parts = bounds.slice(1).map((end, i) => resampler.push(input.subarray(bounds[i], end)));
        expect(concat([...parts, resampler.flush()])).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });
});

test('[AUD-6] one sample at a time gives the same output', () => {
  const input = tone({ rate: 44_100, hz: 440, seconds: 0.1 });
  const resampler = createResampler({ fromRate: 44_100 });
  const parts = [...input].map((sample) => resampler.push(Int16Array.of(sample)));
  expect(concat([...parts, resampler.flush()])).toEqual(convert(input, 44_100));
});

test('[AUD-9] a 9 kHz tone at 48 kHz vanishes instead of folding to 7 kHz', () => {
  const output = convert(tone({ rate: 48_000, hz: 9000, seconds: 1 }), 48_000);
  const settled = output.subarray(EDGE, -EDGE);
  const rms = Math.sqrt(settled.reduce((sum, sample) => sum + sample * sample, 0) / settled.length);
  expect(decibels(rms / (16_000 / Math.SQRT2))).toBeLessThan(-60);
});

test('[AUD-9] a 7 kHz tone at 48 kHz passes', () => {
  const { amplitude } = measure(convert(tone({ rate: 48_000, hz: 7000, seconds: 1 }), 48_000), 7000);
  expect(Math.abs(decibels(amplitude / 16_000))).toBeLessThan(0.5);
});

test('full-scale input does not wrap around', () => {
  const input = Int16Array.from({ length: 48_000 }, (_, i) => (i % 480 < 240 ? 32_767 : -32_768));
  const output = convert(input, 48_000);
  // The middle of each half period: a wrapped overshoot would have the other sign.
  for (let half = 2; half < 190; half++) {
    expect(Math.sign(output[half * 80 + 40]!)).toBe(half % 2 === 0 ? 1 : -1);
  }
});

test('two resamplers do not disturb each other', () => {
  const a = tone({ rate: 48_000, hz: 300, seconds: 0.2 });
  const b = tone({ rate: 8000, hz: 700, seconds: 0.2 });
  const first = createResampler({ fromRate: 48_000 });
  const second = createResampler({ fromRate: 8000 });
  const parts = [first.push(a.subarray(0, 5000)), second.push(b), first.push(a.subarray(5000))];
  expect(concat([parts[0]!, parts[2]!, first.flush()])).toEqual(convert(a, 48_000));
  expect(concat([parts[1]!, second.flush()])).toEqual(convert(b, 8000));
});

test('16 kHz passes unchanged', () => {
  const input = tone({ rate: 16_000, hz: 440, seconds: 0.1 });
  expect(convert(input, 16_000)).toEqual(input);
});

test('odd rates that share no factor with 16 kHz keep length and position', () => {
  const { amplitude, phase } = measure(convert(tone({ rate: 44_099, hz: 1000, seconds: 1 }), 44_099), 1000);
  expect(Math.abs(decibels(amplitude / 16_000))).toBeLessThan(0.1);
  expect(Math.abs((phase / (2 * Math.PI)) * 16)).toBeLessThan(0.05);
});

test.each([0, 3999, 192_001, 44_100.5, Number.NaN])('a rate of %d is refused', (fromRate) => {
  expect(() => createResampler({ fromRate })).toThrow(/cannot resample/);
});

test('closed resamplers give their native memory back', () => {
  const before = process.memoryUsage().external;
  for (let i = 0; i < 20_000; i++) createResampler({ fromRate: 48_000 }).close();
  // Left open they would take some 70 MB.
  expect(process.memoryUsage().external - before).toBeLessThan(10e6);
});

test('loading leaves the handlers of uncaught errors alone', async () => {
  await loadResampler();
  const handlers = ['uncaughtException', 'unhandledRejection'].flatMap((event) =>
    process.rawListeners(event).map(String),
  );
  expect(handlers.filter((source) => source.includes('ExitStatus') || source.includes('onAbort'))).toEqual(
    [],
  );
});

test('audio after the flush is a fault', () => {
  const resampler = createResampler({ fromRate: 8000 });
  resampler.flush();
  expect(() => resampler.push(new Int16Array(1))).toThrow(/closed/);
});
