/**
 * Notices audio that was declared at a rate it does not have: a client that sends in real time but
 * declares 16 kHz for 48 kHz delivers three seconds of audio a second, steadily. Pure.
 *
 * It never judges one moment: a client that sends a file in one go passes every rate on its way.
 */

/** 32 kHz is missing: whoever sends a 16 kHz file at twice its pace would be told so. */
const COMMON_RATES = [8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000];
/** Two stretches of this length in a row must show the same rate. */
const STRETCH_MS = 2500;
/** How near the rate over both must be, and that of each: real time comes with jitter. */
const TOLERANCE = 0.04;
const STRETCH_TOLERANCE = 0.1;

interface Mark {
  readonly atMs: number;
  readonly frames: number;
}

/** The beginnings of the last stretches, oldest first; at most two. */
export type RateWatch = readonly Mark[];

export const NO_AUDIO: RateWatch = [];

/** Looks after audio came: `frames` are those received so far, of `declaredRate` a second. */
export function watchRate(
  watch: RateWatch,
  mark: Mark,
  declaredRate: number,
): { readonly watch: RateWatch; readonly suspectedRate: number | undefined } {
  const latest = watch.at(-1);
  // The first message only starts the clock: its audio is older than that.
  if (!latest) return { watch: [mark], suspectedRate: undefined };
  if (mark.atMs - latest.atMs < STRETCH_MS) return { watch, suspectedRate: undefined };
  const [first, middle] = watch;
  if (!first || !middle) return { watch: [latest, mark], suspectedRate: undefined };
  const overall = rateBetween(first, mark);
  const isSteady = (rate: number): boolean =>
    isNear(overall, rate, TOLERANCE) &&
    isNear(rateBetween(first, middle), rate, STRETCH_TOLERANCE) &&
    isNear(rateBetween(middle, mark), rate, STRETCH_TOLERANCE);
  const fits = isNear(overall, declaredRate, TOLERANCE);
  return { watch: [middle, mark], suspectedRate: fits ? undefined : COMMON_RATES.find(isSteady) };
}

function rateBetween(from: Mark, to: Mark): number {
  return (to.frames - from.frames) / ((to.atMs - from.atMs) / 1000);
}

function isNear(rate: number, wanted: number, tolerance: number): boolean {
  return Math.abs(rate / wanted - 1) <= tolerance;
}
