/**
 * Where a session's events go besides its own socket: a journal that can be replayed and a channel
 * for whoever listens now. Keys and channels: docs/keyspace.md.
 */
import type { SessionId } from '../base/ids.ts';

export interface JournalEntry {
  readonly seq: number;
  readonly json: string;
  /** Position that is safe with this entry, in samples at 16 kHz. */
  readonly commitSample?: number | undefined;
}

/** The durable events of sessions, `P:session:{id}:events`. */
export interface Journal {
  /**
   * Appends one event under its sequence number (entry id `{seq}-0`).
   * `duplicate`: an entry with this or a higher number exists; nothing was written.
   */
  append(session: SessionId, entry: JournalEntry): Promise<'appended' | 'duplicate'>;
  /** Entries after `afterSeq`, in order. */
  read(session: SessionId, afterSeq: number): Promise<readonly JournalEntry[]>;
  /** Follows the journal from `afterSeq` on until aborted. */
  follow(session: SessionId, afterSeq: number, signal: AbortSignal): AsyncIterable<JournalEntry>;
  /** Sets the time the journal is kept from now on. */
  expire(session: SessionId, ttlMs: number): Promise<void>;
}

/** Live fan-out: `transcription-stream:{id}` and whatever prefix the operator chose. At most once. */
export interface Channels {
  publish(channel: string, message: string): Promise<void>;
  /** Messages of one channel or glob pattern until aborted; slow consumers lose the oldest beyond 1,000. */
  subscribe(
    pattern: string,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly channel: string; readonly message: string }>;
}

export interface Bus {
  readonly journal: Journal;
  readonly channels: Channels;
  stop(): Promise<void>;
}
