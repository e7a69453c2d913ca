/**
 * The client's audio on its way to the worker: decoded, counted, and held back when it comes too
 * fast or the worker's link is full. Holding back means not reading the client's socket.
 */
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { repeat } from '../base/repeat.ts';
import type { Socket } from '../transport/socket.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import type { Ingest } from './ingest.ts';
import type { WorkerLine } from './line/ports.ts';
import { fullBucket, type PaceBucket, takeAudio } from './pace-bucket.ts';
import { NO_AUDIO, type RateWatch, watchRate } from './rate-check.ts';

/** Bytes that may wait for the worker's link before the client is no longer read, and until when. */
const LINK_HIGH_BYTES = 1024 * 1024;
const LINK_LOW_BYTES = 256 * 1024;
/** Waits shorter than this are not worth a pause. */
const LEAST_WAIT_MS = 20;
/** How often a client that is not read is written to, the only way left to learn that it is gone. */
const PROBE_MS = 500;

export interface Intake {
  readonly arrivals: Arrivals;
  /** Seconds of audio received, on the client's clock. */
  readonly receivedS: number;
  /** When audio was last read; while the client is held back, now. */
  readonly lastReadMs: number;
  /** @throws RtError invalid_audio */
  accept(bytes: Uint8Array): void;
  /** Sends what the resampler still holds. */
  end(): void;
  /** The rate the audio seems to have when it is not the declared one; answered once, right after `accept`. */
  rateSuspicion(): number | undefined;
}

export interface IntakeParts {
  readonly client: Pick<Socket, 'pause' | 'resume' | 'ping'>;
  readonly line: Pick<WorkerLine, 'sendAudio' | 'bufferedBytes' | 'drained'>;
  readonly ingest: Ingest;
  readonly declaredRate: number;
  readonly allowUnpaced: boolean;
  /** Audio the client may have kept and send at once, in seconds. */
  readonly keptS?: number;
  readonly clock: Clock;
}

export function createIntake(parts: IntakeParts): Intake {
  const { ingest, line, clock, declaredRate } = parts;
  const arrivals = createArrivals();
  const gate = createGate(parts.client, clock);
  let bucket: PaceBucket = fullBucket(clock.nowMs(), parts.keptS);
  let lastAudioMs = clock.nowMs();
  let rateWatch: RateWatch = NO_AUDIO;
  let isRateWatched = true;

  const pass = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    line.sendAudio(bytes);
    arrivals.add(ingest.samples, clock.nowMs());
    if (line.bufferedBytes > LINK_HIGH_BYTES) gate.hold(line.drained(LINK_LOW_BYTES));
  };
  const pace = (frames: number): void => {
    const taken = takeAudio(bucket, frames / declaredRate, clock.nowMs());
    bucket = taken.bucket;
    if (!parts.allowUnpaced && taken.waitMs > LEAST_WAIT_MS) gate.hold(clock.sleep(taken.waitMs));
  };

  return {
    arrivals,
    get receivedS() {
      return ingest.frames / declaredRate;
    },
    get lastReadMs() {
      return gate.isHolding ? clock.nowMs() : Math.max(lastAudioMs, gate.releasedMs);
    },
    accept(bytes) {
      lastAudioMs = clock.nowMs();
      const before = ingest.frames;
      pass(ingest.push(bytes));
      pace(ingest.frames - before);
    },
    end: () => pass(ingest.end()),
    rateSuspicion() {
      // From then on the pace is ours, not the client's.
      if (gate.isHolding) isRateWatched = false;
      if (!isRateWatched) return undefined;
      const mark = { atMs: lastAudioMs, frames: ingest.frames };
      const { watch, suspectedRate } = watchRate(rateWatch, mark, declaredRate);
      rateWatch = watch;
      if (suspectedRate !== undefined) isRateWatched = false;
      return suspectedRate;
    },
  };
}

interface Gate {
  readonly isHolding: boolean;
  readonly releasedMs: number;
  /** Pauses reading until the promise settles. */
  hold(until: Promise<void>): void;
}

/** Reading goes on once all of what it waits for has come. */
function createGate(client: IntakeParts['client'], clock: Clock): Gate {
  let holds = 0;
  let releasedMs = Number.NEGATIVE_INFINITY;
  let probing = new AbortController();
  const close = (): void => {
    client.pause();
    probing = new AbortController();
    // The kernel of a peer that is gone answers with a reset, and the next write finds it.
    const run = (): void => void client.ping();
    void repeat(clock, { everyMs: PROBE_MS, run, signal: probing.signal });
  };
  const open = (): void => {
    releasedMs = clock.nowMs();
    probing.abort(new RtError('interrupted', 'the client is read again'));
    client.resume();
  };
  return {
    get isHolding() {
      return holds > 0;
    },
    get releasedMs() {
      return releasedMs;
    },
    hold(until) {
      if (holds++ === 0) close();
      void until.finally(() => {
        if (--holds === 0) open();
      });
    },
  };
}
