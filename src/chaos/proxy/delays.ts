/** What the toxics that are in force say about time: pure functions of them, of chance and of now. */
import type { ActiveToxic, Ending } from './toxic.ts';

/** A timer that is late is caught up with within this time, so that rates hold on average. */
const CATCH_UP_MS = 5;
/** Bandwidth hands out what this time allows at once. */
const QUANTUM_MS = 20;

/** Sum of the latencies, the jitter of each at `draw` (−1 to 1) of its range; never negative. */
export function delayOf(active: readonly ActiveToxic[], draw: number): number {
  let sumMs = 0;
  for (const { toxic } of active) {
    if (toxic.kind === 'latency') sumMs += Math.max(0, toxic.ms + draw * toxic.jitter_ms);
  }
  return sumMs;
}

/** How long a close is held back. */
export function closeDelayOf(active: readonly ActiveToxic[]): number {
  let sumMs = 0;
  for (const { toxic } of active) if (toxic.kind === 'slow_close') sumMs += toxic.ms;
  return sumMs;
}

/** When a connection is ended, and how; Infinity where nothing ends it. */
export interface Deadline {
  readonly atMs: number;
  readonly how: Ending;
}

/** When a toxic ends the connection by itself, and how; the earliest wins. */
export function deadlineOf(active: readonly ActiveToxic[]): Deadline {
  let earliest: Deadline = { atMs: Number.POSITIVE_INFINITY, how: 'cut' };
  for (const { toxic, sinceMs } of active) {
    const isEnd = toxic.kind === 'reset_peer' || (toxic.kind === 'timeout' && toxic.ms > 0);
    if (!isEnd || sinceMs + toxic.ms >= earliest.atMs) continue;
    earliest = { atMs: sinceMs + toxic.ms, how: toxic.kind === 'timeout' ? 'cut' : 'reset' };
  }
  return earliest;
}

export interface Pace {
  /** Bytes that may leave at once. */
  readonly mostBytes: number;
  /** When the next may leave after `bytes` have. */
  freeAtMs(state: { readonly freeAtMs: number; readonly nowMs: number; readonly bytes: number }): number;
}

/** Whether bandwidth or slicer are in force. */
export function isPaced(active: readonly ActiveToxic[]): boolean {
  return active.some(({ toxic: { kind } }) => kind === 'bandwidth' || kind === 'slicer');
}

/** How bandwidth and slicer portion the data; undefined when neither is in force. */
export function paceOf(active: readonly ActiveToxic[], random: () => number): Pace | undefined {
  let mostBytes = Number.POSITIVE_INFINITY;
  let sliceMs = 0;
  let bytesPerMs = Number.POSITIVE_INFINITY;
  for (const { toxic } of active) {
    if (toxic.kind === 'slicer') {
      const slice = Math.round(toxic.bytes + (random() * 2 - 1) * toxic.jitter);
      mostBytes = Math.min(mostBytes, Math.max(1, slice));
      sliceMs += toxic.delay_us / 1_000;
    } else if (toxic.kind === 'bandwidth') {
      // One kB is 1000 bytes, so kB a second are bytes a millisecond.
      bytesPerMs = Math.min(bytesPerMs, toxic.kb_s);
    }
  }
  if (Number.isFinite(bytesPerMs))
    mostBytes = Math.min(mostBytes, Math.max(1, Math.floor(bytesPerMs * QUANTUM_MS)));
  if (!Number.isFinite(mostBytes)) return undefined;
  return {
    mostBytes,
    freeAtMs: ({ freeAtMs, nowMs, bytes }) =>
      Math.max(freeAtMs, nowMs - CATCH_UP_MS) + sliceMs + bytes / bytesPerMs,
  };
}
