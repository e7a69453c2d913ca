/**
 * Gives the slots of sessions that are over back to the fleet.
 *
 * Always true: a store that does not answer is asked again until the slot's lease has ended, and no longer; who leaves
 * waits for the first try alone, so that a store that is away keeps no gateway from draining; after `signal` nothing
 * is tried any more.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { within } from '../base/within.ts';
import { SESSION_LEASE_MS } from '../registry/leases.ts';
import type { SessionLedger, SessionProgress } from '../registry/ports.ts';
import type { JournalWriter } from './journal-writer.ts';
import type { Outcome } from './session-state.ts';

const JOURNAL_FINISH_MS = 2000;
/** The slot waits this long for the last writes, so that its record says what was committed. */
const RELEASE_AFTER_MS = 250;
const RETRY_MS = 500;

/** A session that is over, or that nobody serves. */
export interface Departure {
  /** None where it never began. */
  readonly journal?: Pick<JournalWriter, 'finish'>;
  /** As of now: what was committed may grow between two tries. */
  readonly progress: () => SessionProgress;
  readonly outcome: Outcome;
  readonly reason: string;
}

export interface SlotReleases {
  /** Resolves when the journal is written and the store was told, or both were tried. */
  release(departure: Departure): Promise<void>;
  /** Resolves when no slot is owed. */
  settled(): Promise<void>;
}

export interface SlotReleaseParts {
  readonly ledger: Pick<SessionLedger, 'release'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export function createSlotReleases(parts: SlotReleaseParts): SlotReleases {
  const { clock } = parts;
  const owed = new Set<Promise<void>>();
  return {
    async release(departure) {
      const untilMs = clock.nowMs() + SESSION_LEASE_MS;
      const written = departure.journal?.finish(JOURNAL_FINISH_MS);
      if (written) await within(clock, RELEASE_AFTER_MS, written);
      if ((await tell(parts, departure)) !== 'told') {
        const retried = tellUntil(untilMs, parts, departure).then(() => void owed.delete(retried));
        owed.add(retried);
      }
      await written;
    },
    async settled() {
      await Promise.all(owed);
    },
  };
}

/** `told`, or why not. */
async function tell(
  { ledger }: SlotReleaseParts,
  { progress, outcome, reason }: Departure,
): Promise<'told' | Error> {
  try {
    await ledger.release(progress(), outcome, reason);
    return 'told';
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

async function tellUntil(untilMs: number, parts: SlotReleaseParts, departure: Departure): Promise<void> {
  const { clock, log, signal } = parts;
  let answer: 'told' | Error = new Error('the gateway stops');
  while (clock.nowMs() + RETRY_MS < untilMs) {
    await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    if (signal.aborted) break;
    answer = await tell(parts, departure);
    if (answer === 'told') return;
  }
  log.warn('slot not released, its lease runs out', {
    session: departure.progress().id,
    error: answer.message,
  });
}
