/**
 * The client's audio on its way to the worker: decoded, counted, and held back when it comes too
 * fast or the worker's link is full. Holding back means not reading the client's socket.
 */
import type { Clock } from '../base/clock.ts';
import type { Socket } from '../transport/socket.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import type { Ingest } from './ingest.ts';
import { fullBucket, type PaceBucket, takeAudio } from './pace-bucket.ts';
import { suspectRate } from './rate-check.ts';

/** Bytes that may wait for the worker's link before the client is no longer read, and until when. */
const LINK_HIGH_BYTES = 1024 * 1024;
const LINK_LOW_BYTES = 256 * 1024;
/** Waits shorter than this are not worth a pause. */
const LEAST_WAIT_MS = 20;

export interface Intake {
  readonly arrivals: Arrivals;
  /** Seconds of audio received, on the client's clock. */
  readonly receivedS: number;
  readonly lastAudioMs: number;
  /** @throws RtError invalid_audio */
  accept(bytes: Uint8Array): void;
  /** Sends what the resampler still holds. */
  end(): void;
  /** The rate the audio seems to have when it is not the declared one; answered once. */
  rateSuspicion(): number | undefined;
}

export interface IntakeParts {
  readonly client: Pick<Socket, 'pause' | 'resume'>;
  readonly link: Pick<Socket, 'send' | 'bufferedBytes' | 'drained'>;
  readonly ingest: Ingest;
  readonly declaredRate: number;
  readonly allowUnpaced: boolean;
  readonly clock: Clock;
}

export function createIntake(parts: IntakeParts): Intake {
  const { ingest, link, clock, declaredRate } = parts;
  const arrivals = createArrivals();
  const gate = createGate(parts.client);
  let bucket: PaceBucket = fullBucket(clock.nowMs());
  let firstAudioMs: number | undefined;
  let lastAudioMs = clock.nowMs();
  let isRateSaid = false;

  const pass = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    link.send(bytes);
    arrivals.add(ingest.samples, clock.nowMs());
    if (link.bufferedBytes > LINK_HIGH_BYTES) gate.hold(link.drained(LINK_LOW_BYTES));
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
    get lastAudioMs() {
      return lastAudioMs;
    },
    accept(bytes) {
      lastAudioMs = clock.nowMs();
      firstAudioMs ??= lastAudioMs;
      const before = ingest.frames;
      pass(ingest.push(bytes));
      pace(ingest.frames - before);
    },
    end: () => pass(ingest.end()),
    rateSuspicion() {
      if (isRateSaid || firstAudioMs === undefined) return undefined;
      const elapsedMs = lastAudioMs - firstAudioMs;
      const rate = suspectRate({ declaredRate, frames: ingest.frames, elapsedMs });
      isRateSaid = rate !== undefined;
      return rate;
    },
  };
}

/** Pauses reading while any of the promises it was given is pending. */
function createGate(client: Pick<Socket, 'pause' | 'resume'>): { hold(until: Promise<void>): void } {
  let holds = 0;
  return {
    hold(until) {
      if (holds++ === 0) client.pause();
      void until.finally(() => {
        if (--holds === 0) client.resume();
      });
    },
  };
}
