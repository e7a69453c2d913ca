/**
 * Writes a session's durable events to its journal, in order, one at a time. While the store does not
 * answer they wait here, up to 1 MiB; beyond that the journal of this session is given up and its
 * committed position stands still for good. A session never waits for its journal.
 */
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { Logger } from '../base/log.ts';
import { within } from '../base/within.ts';
import type { Journal } from '../bus/ports.ts';

export const MAX_WAITING_CHARS: number = 1024 * 1024;
const RETRY_MS = 500;
/** How long a finished journal is kept. */
const KEEP_MS = 3_600_000;

export interface JournalEntryIn {
  readonly seq: number;
  readonly json: string;
  /** Position that is safe once this entry is written, in samples at 16 kHz. */
  readonly commitSample: number | undefined;
}

export interface JournalWriter {
  /** Everything before it is in the journal, in samples at 16 kHz. */
  readonly committedSample: number;
  push(entry: JournalEntryIn): void;
  /** Position that holds nothing to write: committed as soon as what waits is written. */
  advance(commitSample: number): void;
  /** Writes what waits, for at most `deadlineMs`, and lets the journal expire. */
  finish(deadlineMs: number): Promise<void>;
}

export interface JournalWriterParts {
  readonly session: SessionId;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createJournalWriter(parts: JournalWriterParts): JournalWriter {
  const { session, journal, clock, log } = parts;
  const waiting: JournalEntryIn[] = [];
  const stopped = new AbortController();
  let waitingChars = 0;
  let committedSample = 0;
  let isGivenUp = false;
  let pumping: Promise<void> | undefined;

  const pump = async (): Promise<void> => {
    for (let entry = waiting[0]; entry && !stopped.signal.aborted; entry = waiting[0]) {
      try {
        // `duplicate` means that an attempt whose answer was lost had written it.
        await journal.append(session, entry.seq, entry.json);
      } catch (error) {
        log.debug('journal waits', { session, error: messageOf(error) });
        await clock.sleep(RETRY_MS, stopped.signal).catch(() => undefined);
        continue;
      }
      waiting.shift();
      waitingChars -= entry.json.length;
      committedSample = Math.max(committedSample, entry.commitSample ?? 0);
    }
    pumping = undefined;
  };

  return {
    get committedSample() {
      return committedSample;
    },
    push(entry) {
      if (isGivenUp) return;
      waitingChars += entry.json.length;
      if (waitingChars > MAX_WAITING_CHARS) {
        isGivenUp = true;
        waiting.length = 0;
        log.error('journal given up', { session, waitingChars });
        return;
      }
      waiting.push(entry);
      pumping ??= pump();
    },
    advance(commitSample) {
      if (waiting.length === 0 && !isGivenUp) committedSample = Math.max(committedSample, commitSample);
    },
    async finish(deadlineMs) {
      if (pumping) await within(clock, deadlineMs, pumping);
      stopped.abort(new Error('the session is over'));
      await journal.expire(session, KEEP_MS).catch(() => undefined);
    },
  };
}
