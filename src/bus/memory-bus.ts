/**
 * Journal and channels in this process's memory, for tests and for `rt up` without Redis. Same
 * contract as the Redis one; time comes from the injected clock.
 */
import type { Clock } from '../base/clock.ts';
import { createBoundedQueue } from './bounded-queue.ts';
import { globMatcher } from './glob.ts';
import { CHANNEL_BACKLOG, JOURNAL_KEPT } from './limits.ts';
import type { Bus, Channels, Journal, JournalEntry } from './ports.ts';

interface MemoryJournal {
  readonly entries: JournalEntry[];
  readonly readers: Set<() => void>;
  lastSeq: number;
  /** Monotonic. */
  expiresAtMs: number;
}

/** A bus that lives as long as this process. */
export function createMemoryBus({ clock }: { readonly clock: Clock }): Bus {
  return {
    journal: createMemoryJournal(clock),
    channels: createMemoryChannels(),
    stop: () => Promise.resolve(),
  };
}

function createMemoryJournal(clock: Clock): Journal {
  const journals = new Map<string, MemoryJournal>();

  function find(session: string): MemoryJournal {
    const held = journals.get(session);
    if (held && held.expiresAtMs > clock.nowMs()) return held;
    const readers = held?.readers ?? new Set();
    const fresh = { entries: [], readers, lastSeq: 0, expiresAtMs: Number.POSITIVE_INFINITY };
    journals.set(session, fresh);
    return fresh;
  }

  async function* follow(
    session: string,
    afterSeq: number,
    signal: AbortSignal,
  ): AsyncGenerator<JournalEntry> {
    let lastSeq = afterSeq;
    while (!signal.aborted) {
      const entry = find(session).entries.find(({ seq }) => seq > lastSeq);
      if (entry) {
        lastSeq = entry.seq;
        yield entry;
      } else {
        await nextEntry(find(session).readers, signal);
      }
    }
  }

  function append(session: string, entry: JournalEntry): 'appended' | 'duplicate' {
    const journal = find(session);
    const { seq } = entry;
    if (seq <= journal.lastSeq) return 'duplicate';
    journal.lastSeq = seq;
    journal.entries.push(entry);
    if (journal.entries.length > JOURNAL_KEPT) journal.entries.shift();
    for (const wake of journal.readers) wake();
    return 'appended';
  }

  return {
    append: (session, entry) => Promise.resolve(append(session, entry)),
    read: (session, afterSeq) => Promise.resolve(find(session).entries.filter(({ seq }) => seq > afterSeq)),
    follow,
    expire(session, ttlMs) {
      const journal = find(session);
      if (journal.lastSeq > 0) journal.expiresAtMs = clock.nowMs() + ttlMs;
      return Promise.resolve();
    },
  };
}

function nextEntry(readers: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      readers.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    readers.add(wake);
    signal.addEventListener('abort', wake, { once: true });
  });
}

function createMemoryChannels(): Channels {
  const subscribers = new Set<(channel: string, message: string) => void>();
  return {
    publish(channel, message) {
      for (const deliver of subscribers) deliver(channel, message);
      return Promise.resolve();
    },
    subscribe(pattern, signal) {
      const queue = createBoundedQueue<{ channel: string; message: string }>(CHANNEL_BACKLOG, signal);
      const matches = globMatcher(pattern);
      const deliver = (channel: string, message: string): void => {
        if (matches(channel)) queue.push({ channel, message });
      };
      if (!signal.aborted) subscribers.add(deliver);
      signal.addEventListener('abort', () => subscribers.delete(deliver), { once: true });
      return queue.items;
    },
  };
}
