/**
 * Hands audio out at the pace it would be spoken.
 *
 * A chunk is due when its last sample would have left the speaker's mouth: at origin + end / (rate *
 * speed), the origin being the first read. Deadlines come from positions alone, so a late chunk delays
 * no other and lateness never adds up; how late each was is told, for whoever must judge a measurement.
 */
import type { Clock } from '../base/clock.ts';

export interface PacedChunk {
  readonly samples: Int16Array;
  /** Position of the first sample. */
  readonly startSample: number;
  /** The deadline, on the axis of `clock.nowMs()`; at speed `max` the moment it was ready. */
  readonly dueMs: number;
  /** How long after its deadline the chunk was handed out; at speed `max` always 0. */
  readonly latenessMs: number;
}

export interface PaceOptions {
  readonly sampleRate: number;
  readonly chunkMs: number;
  /** 1 is real time, 2 twice as fast; `max` waits for nothing. */
  readonly speed: number | 'max';
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Cuts `frames` into chunks of `chunkMs` (the last may be shorter) and yields each when it is due. */
export async function* paceChunks(
  frames: AsyncIterable<Int16Array>,
  options: PaceOptions,
): AsyncGenerator<PacedChunk, void, undefined> {
  const { sampleRate, speed, clock, signal } = options;
  const chunkSamples = Math.max(1, Math.round((sampleRate * options.chunkMs) / 1000));
  const originMs = clock.nowMs();
  let startSample = 0;
  for await (const samples of cutFrames(frames, chunkSamples)) {
    const endSample = startSample + samples.length;
    if (speed === 'max') {
      signal?.throwIfAborted();
      yield { samples, startSample, dueMs: clock.nowMs(), latenessMs: 0 };
    } else {
      const dueMs = originMs + (endSample * 1000) / (sampleRate * speed);
      await waitUntil(dueMs, clock, signal);
      yield { samples, startSample, dueMs, latenessMs: clock.nowMs() - dueMs };
    }
    startSample = endSample;
  }
}

/** Timers may fire a fraction of a millisecond early; a chunk never may. */
async function waitUntil(dueMs: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  for (let leftMs = dueMs - clock.nowMs(); leftMs > 0; leftMs = dueMs - clock.nowMs()) {
    await clock.sleep(Math.ceil(leftMs), signal);
  }
}

/** Pieces of exactly `chunkSamples`, the last with what remains; each has memory of its own. */
async function* cutFrames(
  frames: AsyncIterable<Int16Array>,
  chunkSamples: number,
): AsyncGenerator<Int16Array, void, undefined> {
  let chunk = new Int16Array(chunkSamples);
  let filledSamples = 0;
  for await (const frame of frames) {
    for (let at = 0; at < frame.length; ) {
      const part = frame.subarray(at, at + chunkSamples - filledSamples);
      chunk.set(part, filledSamples);
      filledSamples += part.length;
      at += part.length;
      if (filledSamples < chunkSamples) continue;
      yield chunk;
      chunk = new Int16Array(chunkSamples);
      filledSamples = 0;
    }
  }
  if (filledSamples > 0) yield chunk.subarray(0, filledSamples);
}
