/**
 * When everything in one step of a load run is due, decided before the first connection is opened.
 *
 * The model is open: a message is due when its last sample would have been spoken, and nothing that happens later
 * (a slow server, a late generator, a refusal) moves it. Times are milliseconds since the step began.
 */
import { SAMPLE_RATE } from '../audio/frame.ts';
import { randomFrom } from '../base/random.ts';

/** Connections are opened one after the other, so that a step measures sessions and not a storm of handshakes. */
const CONNECT_SPACING_MS = 10;
/** From opening a connection to the earliest moment its speaker may begin. */
const CONNECT_LEAD_MS = 500;
/** Speakers begin within this time after that: their messages fall anywhere in a chunk. */
const PHASE_MS = 1000;

export interface ScheduleOptions {
  readonly sessions: number;
  /** Whole milliseconds of audio in one message. */
  readonly frameMs: number;
  readonly seed: number;
  /** From when all speak until samples count. */
  readonly warmupMs: number;
  /** How long samples count. */
  readonly measuredMs: number;
  /** How long everybody speaks on behind that (0), for what is answered only with more audio. */
  readonly tailMs?: number;
  /** Length of the audio that every session plays round and round. */
  readonly loopSamples: number;
}

/** One session: it connects, speaks `messages` messages without a pause, and ends. */
export interface SessionPlan {
  readonly connectAtMs: number;
  /** When its first sample is spoken. */
  readonly startAtMs: number;
  readonly messages: number;
  /** Where in the loop it begins. */
  readonly offsetSamples: number;
  /** In [0, 1): where in each period a flush is due, when flushes are asked for. */
  readonly flushPhase: number;
}

/** How audio is cut into messages. */
export interface Timing {
  readonly frameMs: number;
  readonly frameSamples: number;
}

export interface Schedule extends Timing {
  /** Samples count whose due time lies in [measureFromMs, measureUntilMs). */
  readonly measureFromMs: number;
  readonly measureUntilMs: number;
  readonly plans: readonly SessionPlan[];
}

/** The same options give the same schedule. */
export function createSchedule(options: ScheduleOptions): Schedule {
  const { sessions, frameMs, loopSamples, tailMs = 0 } = options;
  const random = randomFrom(options.seed);
  const rampMs = sessions * CONNECT_SPACING_MS;
  const measureFromMs = rampMs + CONNECT_LEAD_MS + PHASE_MS + options.warmupMs;
  const measureUntilMs = measureFromMs + options.measuredMs;
  const plans = Array.from({ length: sessions }, (_, index): SessionPlan => {
    const connectAtMs = index * CONNECT_SPACING_MS;
    const startAtMs = connectAtMs + CONNECT_LEAD_MS + random() * PHASE_MS;
    return {
      connectAtMs,
      startAtMs,
      // The last one is due before the window closes, and the tail behind it.
      messages: Math.ceil((measureUntilMs + tailMs - startAtMs) / frameMs) - 1,
      offsetSamples: Math.floor(random() * loopSamples),
      flushPhase: random(),
    };
  });
  const frameSamples = (frameMs * SAMPLE_RATE) / 1000;
  return { frameMs, frameSamples, measureFromMs, measureUntilMs, plans };
}

/** When `message` (from 0) of a session is due. */
export function dueMs({ frameMs }: Timing, plan: SessionPlan, message: number): number {
  return plan.startAtMs + (message + 1) * frameMs;
}

/** The message that carries the last of the first `samples` samples; 0 for none. */
export function messageOf({ frameSamples }: Timing, samples: number): number {
  return Math.max(0, Math.ceil(samples / frameSamples) - 1);
}

export interface Due {
  /** Index of the plan. */
  readonly session: number;
  readonly message: number;
  readonly atMs: number;
}

/** Every message of every session in the order in which they are due. */
export function* duesInOrder(schedule: Schedule): Generator<Due, void, undefined> {
  const { frameMs, plans } = schedule;
  // All have the same period, so their order within one period is their order in every period.
  const byPhase = plans
    .map((plan, session) => ({ plan, session, firstRound: Math.floor(plan.startAtMs / frameMs) + 1 }))
    .toSorted((a, b) => (a.plan.startAtMs % frameMs) - (b.plan.startAtMs % frameMs));
  const rounds = Math.max(0, ...byPhase.map(({ plan, firstRound }) => firstRound + plan.messages));
  for (let round = 0; round < rounds; round++) {
    for (const { plan, session, firstRound } of byPhase) {
      const message = round - firstRound;
      if (message < 0 || message >= plan.messages) continue;
      yield { session, message, atMs: dueMs(schedule, plan, message) };
    }
  }
}
