/**
 * How much audio a client may send ahead of real time: a bucket of 10 s that refills at 1.5 times
 * real time. Beyond it the socket is not read, and TCP holds the client back. Pure.
 */

const BUCKET_S = 10;
const REFILL = 1.5;

export interface PaceBucket {
  /** Seconds of audio that may come at once; negative: what was taken too much. */
  readonly levelS: number;
  readonly atMs: number;
}

/** @param extraS audio that may come at once beyond that, not refilled: what a client has kept that comes back */
export function fullBucket(nowMs: number, extraS = 0): PaceBucket {
  return { levelS: BUCKET_S + extraS, atMs: nowMs };
}

/** Takes `audioS` out; `waitMs`: how long to stop reading, 0 when there was enough. */
export function takeAudio(
  bucket: PaceBucket,
  audioS: number,
  nowMs: number,
): { readonly bucket: PaceBucket; readonly waitMs: number } {
  const mostS = Math.max(BUCKET_S, bucket.levelS);
  const refilledS = Math.min(mostS, bucket.levelS + ((nowMs - bucket.atMs) / 1000) * REFILL);
  const levelS = refilledS - audioS;
  return { bucket: { levelS, atMs: nowMs }, waitMs: levelS < 0 ? (-levelS / REFILL) * 1000 : 0 };
}
