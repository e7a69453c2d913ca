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
  /** Everything before it is in the journal or was no speech, in samples at 16 kHz. */
  readonly committedSample: number;
  /** The store says so too: whoever takes the session up starts there or later. */
  readonly storedSample: number;
  /** The session's record was written with this `committedSample`. */
  stored(sample: number): void;
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
  return new Writer(parts);
}

class Writer implements JournalWriter {
  readonly #parts: JournalWriterParts;
  readonly #waiting: JournalEntry[] = [];
  readonly #stopped = new AbortController();
  #waitingChars = 0;
  #committedSample: number;
  #storedSample: number;
  #isGivenUp = false;
  #pumping: Promise<void> | undefined;

  constructor(parts: JournalWriterParts) {
    this.#parts = parts;
    this.#committedSample = parts.committedSample ?? 0;
    this.#storedSample = this.#committedSample;
  }

  get committedSample(): number {
    return this.#committedSample;
  }

  get storedSample(): number {
    return this.#storedSample;
  }

  stored(sample: number): void {
    this.#storedSample = Math.max(this.#storedSample, sample);
  }

  push(entry: JournalEntry): void {
    if (this.#isGivenUp) return;
    this.#waitingChars += entry.json.length;
    if (this.#waitingChars > MAX_WAITING_CHARS) {
      this.#giveUp();
      const { session, log } = this.#parts;
      log.error('journal given up', { session, waitingChars: this.#waitingChars });
      return;
    }
    this.#waiting.push(entry);
    this.#pumping ??= this.#pump();
  }

  advance(commitSample: number): void {
    if (this.#waiting.length > 0 || this.#isGivenUp) return;
    this.#committedSample = Math.max(this.#committedSample, commitSample);
  }

  abandon(): void {
    this.#giveUp();
    this.#stopped.abort(new Error('the session has another owner'));
  }

  async finish(deadlineMs: number): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    const { clock, journal, session } = this.#parts;
    if (this.#pumping) await within(clock, deadlineMs, this.#pumping);
    this.#stopped.abort(new Error('the session is over'));
    await journal.expire(session, KEEP_MS).catch(() => undefined);
  }

  #giveUp(): void {
    this.#isGivenUp = true;
    this.#waiting.length = 0;
  }

  async #pump(): Promise<void> {
    const { session, clock, log, onSuperseded } = this.#parts;
    const { signal } = this.#stopped;
    for (let entry = this.#waiting[0]; entry && !signal.aborted; entry = this.#waiting[0]) {
      try {
        if (!(await writeOwn(this.#parts, entry))) {
          this.abandon();
          onSuperseded();
          return;
        }
      } catch (error) {
        log.debug('journal waits', { session, error: messageOf(error) });
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
        continue;
      }
      this.#waiting.shift();
      this.#waitingChars -= entry.json.length;
      this.#committedSample = Math.max(this.#committedSample, entry.commitSample ?? 0);
      this.stored(entry.commitSample ?? 0);
    }
    this.#pumping = undefined;
  }
}

/** False when the number was taken by a later owner, true also when an attempt whose answer was lost had written it. */
async function writeOwn({ journal, session }: JournalWriterParts, entry: JournalEntry): Promise<boolean> {
  if ((await journal.append(session, entry)) === 'appended') return true;
  const [held] = await journal.read(session, entry.seq - 1);
  return held?.seq === entry.seq && held.json === entry.json;
}
