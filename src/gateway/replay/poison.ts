/**
 * Whether a session's audio kills its workers. Three that went down at about the same place, one after the
 * other, are no accident: a fourth would only take other sessions with it. Pure.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';

export interface WorkerLoss {
  /** The restart point the worker had started from or reached. */
  readonly finalisedSample: number;
  /** How far it had decoded. */
  readonly decodedSample: number;
}

const LOSSES = 3;
const NEAR_SAMPLES = 1.5 * SAMPLE_RATE;

/** @param losses of this session, oldest first */
export function isPoison(losses: readonly WorkerLoss[]): boolean {
  const recent = losses.slice(-LOSSES);
  const last = recent.at(-1);
  if (!last || recent.length < LOSSES) return false;
  return recent.every(
    ({ finalisedSample, decodedSample }) =>
      finalisedSample === last.finalisedSample &&
      Math.abs(decodedSample - last.decodedSample) <= NEAR_SAMPLES,
  );
}
