/** Live streams on an engine of this process: all speak without a pause, in real time, from phases of their own. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const SAMPLE_RATE = 16_000;
const FRAME_MS = 80;
const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;
/** Not counted: queues have to find their length first. */
const SETTLE_MS = 4_000;
/** The engine tells its figures of the last two seconds. */
const LOOK_EVERY_MS = 2_000;
/** A stream holds as long as results come within so much of a chunk. */
const LAG_SHARE = 0.8;

const OPTIONS = {
  language: 'auto',
  partials: true,
  // Without the detector there is no silence that would cost nothing.
  vad: false,
  vadThreshold: 0.5,
  minSpeechMs: 250,
  minSilenceMs: 500,
  prefixPaddingMs: 300,
  maxUtteranceMs: 30_000,
  fromSample: 0,
  historySamples: 0,
};

/** 16-bit samples of a clip of this repository, without its header. */
function clip() {
  const bytes = readFileSync(new URL('../../fixtures/audio/demo.wav', import.meta.url)).subarray(44);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1)));
}

/** Runs `count` streams for `seconds`: the greatest p95 of lag that was seen, and whether they held. */
export async function runStreams(engine, { count, seconds, model }) {
  const audio = clip();
  const sessions = Array.from({ length: count }, (_, index) => ({
    session: engine.open({ ...OPTIONS, model: model.name }, () => undefined),
    at: (index * 7919 * FRAME_SAMPLES) % (audio.length - FRAME_SAMPLES),
    dueMs: performance.now() + (index / count) * FRAME_MS,
  }));
  const beganMs = performance.now();
  let [lookMs, lagP95Ms, lateMs] = [beganMs + SETTLE_MS, 0, 0];
  while (performance.now() - beganMs < seconds * 1000) {
    const nowMs = performance.now();
    for (const each of sessions) lateMs = Math.max(lateMs, pushDue(each, { audio, nowMs }));
    if (nowMs >= lookMs) {
      lagP95Ms = Math.max(lagP95Ms, engine.stats().lagP95Ms);
      lookMs += LOOK_EVERY_MS;
    }
    await sleep(2);
  }
  const { batchFill, stepP95Ms } = engine.stats();
  for (const { session } of sessions) session.close();
  return { count, lagP95Ms, batchFill, stepP95Ms, lateMs, holds: lagP95Ms <= LAG_SHARE * model.chunkMs };
}

/** Sends what is due of one stream; returns by how much the latest frame was late. */
function pushDue(stream, { audio, nowMs }) {
  let lateMs = 0;
  while (stream.dueMs <= nowMs) {
    lateMs = nowMs - stream.dueMs;
    stream.session.push(audio.slice(stream.at, stream.at + FRAME_SAMPLES));
    stream.at = (stream.at + FRAME_SAMPLES) % (audio.length - FRAME_SAMPLES);
    stream.dueMs += FRAME_MS;
  }
  return lateMs;
}

/** Numbers of streams to try, from the capacity that was computed: up from half of it, to twice as many. */
export function rungs(capacity) {
  return [...new Set([0.5, 0.75, 1, 1.25, 1.5, 2].map((share) => Math.max(1, Math.round(share * capacity))))];
}
