import { describe, expect, it } from 'vitest';
import {
  createLevelMeter,
  FLOOR_DB,
  type LevelMeter,
  signalFaultText,
} from '../../../src/audio/microphone/level.ts';
import { randomFrom } from '../../../src/base/random.ts';

const RATE = 16_000;
const open = (): LevelMeter => createLevelMeter({ sampleRate: RATE, faultAfterMs: 5000 });

/** `seconds` of the same value, in chunks of 100 ms; the faults that were told. */
function hear(meter: LevelMeter, seconds: number, sample: (index: number) => number): readonly string[] {
  const faults: string[] = [];
  for (let chunk = 0; chunk < seconds * 10; chunk++) {
    const fault = meter.hear(Int16Array.from({ length: RATE / 10 }, (_, at) => sample(chunk * 1600 + at)));
    if (fault !== undefined) faults.push(`${fault} after ${String((chunk + 1) / 10)} s`);
  }
  return faults;
}

const sine = (amplitude: number) => (at: number) => Math.round(amplitude * Math.sin(at / 5));

describe('the level of a microphone', () => {
  it('[STR-11] is the peak and the mean of each 100 ms, in dB of full scale', () => {
    const meter = open();
    expect(meter.level).toEqual({ peakDb: FLOOR_DB, rmsDb: FLOOR_DB });
    hear(meter, 0.1, sine(16_384));
    expect(meter.level.peakDb).toBeCloseTo(-6, 1);
    expect(meter.level.rmsDb).toBeCloseTo(-9, 1);
    hear(meter, 0.1, () => -32_768);
    expect(meter.level.peakDb).toBe(0);
  });

  it('[STR-11] does not depend on how the samples are cut', () => {
    const [whole, cut] = [open(), open()];
    const samples = Int16Array.from({ length: 3200 }, (_, at) => sine(9000)(at));
    whole.hear(samples);
    for (let at = 0; at < samples.length; at += 7) cut.hear(samples.subarray(at, at + 7));
    expect(cut.level).toEqual(whole.level);
  });
});

describe('a microphone without a signal', () => {
  it.each([0, -1, 700])('[STR-12] gives %i over and over: it is none, or muted', (value) => {
    expect(hear(open(), 12, () => value)).toEqual(['same after 5 s']);
  });

  it('[STR-12] is told from a quiet room, which is never the same', () => {
    const random = randomFrom(7);
    const noise = (): number => Math.round((random() - 0.5) * 20);
    expect(hear(open(), 12, noise)).toEqual(['faint after 5 s']);
  });

  it('[STR-12] is told again after there was a signal', () => {
    const meter = open();
    expect(hear(meter, 6, () => 0)).toHaveLength(1);
    expect(hear(meter, 3, sine(9000))).toEqual([]);
    expect(hear(meter, 4.9, () => 0)).toEqual([]);
    expect(hear(meter, 0.1, () => 0)).toEqual(['same after 0.1 s']);
  });

  it('has words for a person', () => {
    expect(signalFaultText('same', { peakDb: -96, rmsDb: -96 })).toContain('muted');
    expect(signalFaultText('faint', { peakDb: -61.3, rmsDb: -70 })).toContain('-61 dB');
  });
});
