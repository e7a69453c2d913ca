/** Writes a history: every entry gets its time from one clock as it is added. */
import type { Clock } from '../../base/clock.ts';
import type { HistoryEntry, HistoryOp } from './entry.ts';

export interface HistoryLog {
  /** Adds what happened now, or at `atMs` of the clock where that was noted earlier. */
  add(actor: string, op: HistoryOp, atMs?: number): void;
  readonly entries: readonly HistoryEntry[];
}

/** What concerns all sessions. */
export const RUN = 'run';

export function openHistory(clock: Clock): HistoryLog {
  const originMs = clock.nowMs();
  const entries: HistoryEntry[] = [];
  return {
    entries,
    add: (actor, op, atMs = clock.nowMs()) => {
      // Microseconds: finer than any clock here, and short in a file.
      const sinceMs = Math.round((atMs - originMs) * 1000) / 1000;
      entries.push({ t_ms: sinceMs, actor, ...op });
    },
  };
}

/** One object a line. */
export function historyText(entries: readonly HistoryEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
