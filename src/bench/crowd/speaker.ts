/** Somebody who comes, speaks, and perhaps comes again: when each of the sessions is due. Pure. */
import { randomFrom, seedFrom } from '../../base/random.ts';
import type { SessionPlan } from '../schedule.ts';
import type { SessionOutcome } from '../session-outcome.ts';

/** From the opening of a connection to the first sample that is spoken. */
export const SPEAKS_AFTER_MS = 500;
/** When somebody comes again who was refused without a hint, or whose session failed. */
const COMES_AGAIN_MS = 1000;

/** Times are milliseconds since the run began. */
export interface Speaker {
  readonly arriveAtMs: number;
  /** Nothing is spoken behind it. */
  readonly leaveAtMs: number;
  /** How long each session is spoken in; drawn anew for each. */
  readonly lifeMs: { readonly least: number; readonly most: number };
  /** Whether another session follows one that is over. */
  readonly returns: boolean;
}

export interface SpeakerPlans {
  /** The session whose connection is due at `connectAtMs`; undefined when not one message fits before the leaving. */
  next(connectAtMs: number): SessionPlan | undefined;
}

/** The same seed and index give the same lives and the same places in the audio. */
export function planSpeaker(
  speaker: Speaker,
  options: {
    readonly seed: number;
    readonly index: number;
    readonly frameMs: number;
    readonly loopSamples: number;
  },
): SpeakerPlans {
  const { seed, index, frameMs, loopSamples } = options;
  const random = randomFrom(seedFrom('speaker', seed, index));
  const { least, most } = speaker.lifeMs;
  return {
    next(connectAtMs) {
      const startAtMs = connectAtMs + SPEAKS_AFTER_MS;
      const lifeMs = least + random() * (most - least);
      const offsetSamples = Math.floor(random() * loopSamples);
      // A whole number of messages is not lost to the last digit of a sum.
      const messages = Math.floor(Math.min(lifeMs, speaker.leaveAtMs - startAtMs) / frameMs + 1e-6);
      return messages < 1 ? undefined : { connectAtMs, startAtMs, messages, offsetSamples, flushPhase: 0 };
    },
  };
}

/** When the next connection is due: at once behind a session that was answered, else as the server hints. */
export function comesAgainAtMs(outcome: SessionOutcome, endedAtMs: number): number {
  if (outcome.type === 'complete') return endedAtMs;
  return endedAtMs + (outcome.fault.retryAfterMs ?? COMES_AGAIN_MS);
}
