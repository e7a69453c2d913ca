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
import type { Journal, JournalEntry } from '../bus/ports.ts';

export const MAX_WAITING_CHARS: number = 1024 * 1024;
const RETRY_MS = 500;
/** How long a finished journal is kept. */
const KEEP_MS = 3_600_000;

export interface JournalWriter {
  /** Everything before it is in the journal, in samples at 16 kHz. */
  readonly committedSample: number;
  push(entry: JournalEntry): void;
  /** Position that holds nothing to write: committed as soon as what waits is written. */
  advance(commitSample: number): void;
  /** Writes nothing more and leaves the journal to its new owner. */
  abandon(): void;
  /** Writes what waits, for at most `deadlineMs`, and lets the journal expire. */
  finish(deadlineMs: number): Promise<void>;
}

export interface JournalWriterParts {
  readonly session: SessionId;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the journal stands: committed before anything was written here. */
  readonly committedSample?: number;
  /** Somebody else writes this journal: the session is theirs. */
  readonly onSuperseded: () => void;
}

export function createJournalWriter(parts: JournalWriterParts): JournalWriter {
  const { session, journal, clock, log } = parts;
  const waiting: JournalEntry[] = [];
  const stopped = new AbortController();
  let waitingChars = 0;
  let committedSample = parts.committedSample ?? 0;
  let isGivenUp = false;
  let pumping: Promise<void> | undefined;

  const pump = async (): Promise<void> => {
    for (let entry = waiting[0]; entry && !stopped.signal.aborted; entry = waiting[0]) {
      try {
        if (!(await writeOwn(parts, entry))) {
          writer.abandon();
          parts.onSuperseded();
          return;
        }
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

  const writer: JournalWriter = {
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
    abandon() {
      isGivenUp = true;
      waiting.length = 0;
      stopped.abort(new Error('the session has another owner'));
    },
    async finish(deadlineMs) {
      if (stopped.signal.aborted) return;
      if (pumping) await within(clock, deadlineMs, pumping);
      stopped.abort(new Error('the session is over'));
      await journal.expire(session, KEEP_MS).catch(() => undefined);
    },
  };
  return writer;
}

/** False when the number was taken by a later owner, true also when an attempt whose answer was lost had written it. */
async function writeOwn({ journal, session }: JournalWriterParts, entry: JournalEntry): Promise<boolean> {
  if ((await journal.append(session, entry)) === 'appended') return true;
  const [held] = await journal.read(session, entry.seq - 1);
  return held?.seq === entry.seq && held.json === entry.json;
}
