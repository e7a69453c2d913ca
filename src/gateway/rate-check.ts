/**
 * Notices audio that was declared at a rate it does not have: a client that sends in real time but
 * declares 16 kHz for 48 kHz delivers three seconds of audio a second, steadily. Pure.
 */

/** Ratios of real to declared rate that occur: between 8, 11.025, 16, 22.05, 24, 32, 44.1 and 48 kHz. */
const COMMON_RATES = [8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
/** Time watched before anything is said. */
const WATCH_MS = 5000;
/** How near a ratio must be to count as met: sending in real time jitters by less. */
const TOLERANCE = 0.04;

/** The rate the audio seems to have, or undefined when its pace fits what was declared. */
export function suspectRate(look: {
  readonly declaredRate: number;
  /** Audio received, in frames. */
  readonly frames: number;
  /** Time since the first audio. */
  readonly elapsedMs: number;
}): number | undefined {
  if (look.elapsedMs < WATCH_MS) return undefined;
  const observedRate = look.frames / (look.elapsedMs / 1000);
  const isNear = (rate: number): boolean => Math.abs(observedRate / rate - 1) <= TOLERANCE;
  if (isNear(look.declaredRate)) return undefined;
  return COMMON_RATES.find(isNear);
}
