import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTORY_SAMPLES } from '../../../src/audio/frame.ts';
import { createReplayLog, FULL_SAMPLES, type ReplayLog } from '../../../src/gateway/replay/replay-log.ts';

/** Samples that say their own position. */
function audio(startSample: number, samples: number): Uint8Array {
  const pcm = Int16Array.from({ length: samples }, (_, i) => (startSample + i) & 0x7fff);
  return new Uint8Array(pcm.buffer);
}

function fresh(): ReplayLog {
  return createReplayLog({ startSample: 0, finalisedSample: 0 });
}

/** What a worker would hear, position by position, and controls with the position they come at. */
function heard(log: ReplayLog): { readonly samples: number[]; readonly controls: [number, string][] } {
  const samples: number[] = [];
  const controls: [number, string][] = [];
  const start = log.finalisedSample - log.historySamples;
  for (const part of log.replay()) {
    if (part instanceof Uint8Array) samples.push(...new Int16Array(Uint8Array.from(part).buffer));
    else controls.push([start + samples.length, part.type]);
  }
  return { samples, controls };
}

describe('the replay log', () => {
  it('[FLO-1] sends what was not final, with history before it, however it came and was finalised', () => {
    const script = fc.array(
      fc.oneof(
        fc.record({ add: fc.integer({ min: 1, max: 3000 }) }),
        fc.record({ finalise: fc.integer({ min: 0, max: 40 }) }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(script, (steps) => {
        const log = fresh();
        let finalised = 0;
        for (const step of steps) {
          if ('add' in step) log.addAudio(audio(log.endSample, step.add));
          else {
            const sample = Math.min(step.finalise * 512, log.endSample - (log.endSample % 512));
            finalised = Math.max(finalised, sample);
            log.finalise(sample);
          }
        }
        expect(log.finalisedSample).toBe(finalised);
        expect(log.historySamples).toBe(Math.min(finalised, HISTORY_SAMPLES));
        const from = finalised - log.historySamples;
        expect(heard(log).samples).toEqual(
          Array.from({ length: log.endSample - from }, (_, i) => (from + i) & 0x7fff),
        );
      }),
    );
  });

  it('[FLO-2] repeats controls at their places, and those that may not have been heard', () => {
    const log = fresh();
    log.addAudio(audio(0, 600));
    log.addControl({ type: 'flush' });
    log.addAudio(audio(600, 1000));
    log.addControl({ type: 'clear' });
    log.addAudio(audio(1600, 400));
    log.addControl({ type: 'end' });
    expect(heard(log).controls).toEqual([
      [600, 'flush'],
      [1600, 'clear'],
      [2000, 'end'],
    ]);
    log.finalise(512);
    expect(heard(log).controls).toEqual([
      [600, 'flush'],
      [1600, 'clear'],
      [2000, 'end'],
    ]);
    log.finalise(1024);
    expect(heard(log).controls).toEqual([
      [1600, 'clear'],
      [2000, 'end'],
    ]);
  });

  it('[FLO-2] starts the next worker with the settings that hold where it starts', () => {
    const log = fresh();
    log.addControl({ type: 'config', vad_threshold: 0.7, interim_results: false });
    log.addAudio(audio(0, 2048));
    log.addControl({ type: 'config', vad_threshold: 0.3 });
    log.addAudio(audio(2048, 512));
    log.addControl({ type: 'config', min_speech_ms: 100 });
    log.finalise(2560 - 512);
    expect(log.settled).toEqual({ vad_threshold: 0.7, interim_results: false });
    log.finalise(2560);
    expect(log.settled).toEqual({ vad_threshold: 0.3, interim_results: false });
    expect(heard(log).controls).toEqual([[2560, 'config']]);
  });

  it('[FLO-1] keeps a copy of audio that lies in a larger buffer', () => {
    const large = Buffer.alloc(65_536, 1);
    const log = fresh();
    log.addAudio(large.subarray(0, 200));
    large.fill(9);
    expect(new Set(heard(log).samples)).toEqual(new Set([0x0101]));
  });

  it('[FLO-3] is full when a minute waits to become final', () => {
    const log = fresh();
    log.addAudio(new Uint8Array(2 * FULL_SAMPLES));
    expect(log.isFull).toBe(false);
    log.addAudio(audio(0, 1));
    expect(log.isFull).toBe(true);
    log.finalise(512);
    expect(log.isFull).toBe(false);
  });

  it('[FLO-1] sends long audio in messages that workers take', () => {
    const log = fresh();
    for (let i = 0; i < 300; i++) log.addAudio(audio(i * 1600, 1600));
    const sizes = [...log.replay()].map((part) => (part instanceof Uint8Array ? part.length : 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(320_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(300 * 3200);
  });
});
