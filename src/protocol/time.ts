/**
 * Positions between the three scales: samples at 16 kHz (inside), frames at the client's declared
 * rate (sample numbers on the wire) and seconds (times on the wire). The only file that converts.
 *
 * Each conversion rounds to the nearest, halves upwards, in one step from the exact quotient. Hence
 * all are monotonic; going to a finer scale and back is the identity; and the error is at most half
 * a unit of the scale converted to.
 */
const ENGINE_RATE = 16_000;

/** Decimals of wire seconds: finer than a frame at 48 kHz (20.8 µs), so no two frames share a time. */
const UNITS_PER_SECOND = 1_000_000;

/** Samples at 16 kHz to frames per channel at `clientRate`. */
export function toClientFrames(engineSamples: number, clientRate: number): number {
  return Math.round((engineSamples * clientRate) / ENGINE_RATE);
}

/** Frames per channel at `clientRate` to samples at 16 kHz. */
export function toEngineSamples(clientFrames: number, clientRate: number): number {
  return Math.round((clientFrames * ENGINE_RATE) / clientRate);
}

/** Seconds with at most six decimals. */
export function toWireSeconds(samples: number, rate: number = ENGINE_RATE): number {
  return Math.round((samples * UNITS_PER_SECOND) / rate) / UNITS_PER_SECOND;
}

/** The sample that `seconds` names; the inverse of `toWireSeconds` for rates up to 500 kHz. */
export function fromWireSeconds(seconds: number, rate: number = ENGINE_RATE): number {
  return Math.round(seconds * rate);
}
