/**
 * One direction of one connection, as decisions: bytes go in with the time they came, and `next` says
 * what is to be done now under the toxics of this moment. No sockets, no timers: time and chance are
 * handed in, so the same input gives the same decisions.
 *
 * Always true: bytes leave in the order in which they came, each once, except those that a partition, a
 * reset or `limit_data` takes; the end of the stream leaves after the last of them. Nothing is computed
 * ahead, so a toxic that is taken away stops counting at once, for what already waits too.
 */
import { createFrameScanner, type FrameScanner } from './frame-scanner.ts';
import { createFrameShaper, type FrameCounts } from './frame-shaper.ts';
import { closeDelayOf, delayOf, paceOf } from './delays.ts';
import type { ActiveToxic, Ending, Way } from './toxic.ts';

/** What may wait in one direction; a fuller flow is not read, so that TCP holds the sender back. */
export const MAX_WAITING_BYTES: number = 4 * 1024 * 1024;

export type FlowStep =
  | { readonly type: 'write'; readonly bytes: Buffer }
  /** Nothing to do before `untilMs`, which may be Infinity: until something changes. */
  | { readonly type: 'wait'; readonly untilMs: number }
  /** The sender has finished: so does the receiver's side. */
  | { readonly type: 'finish' }
  | { readonly type: Ending };

export interface Flow {
  push(chunk: Buffer, active: readonly ActiveToxic[], nowMs: number): void;
  /** The sender has finished, or was reset. */
  end(how: 'finished' | 'reset', nowMs: number): void;
  next(active: readonly ActiveToxic[], nowMs: number): FlowStep;
  readonly isFull: boolean;
  /** Bytes taken away on purpose. */
  readonly droppedBytes: number;
  readonly frames: Readonly<FrameCounts>;
  /** Where this direction stands as a WebSocket. */
  readonly scanner: Pick<FrameScanner, 'state' | 'giveUp'>;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly atMs: number;
  /** Where in the range of a jitter this one falls, −1 to 1. */
  readonly draw: number;
}

/** Whether the bytes of this direction go nowhere. */
export function isPartitioned(active: readonly ActiveToxic[]): boolean {
  return active.some(({ toxic }) => toxic.kind === 'partition');
}

/** `random` is drawn once for each piece of data and each decision about a frame. */
export function createFlow(way: Way, random: () => number): Flow {
  const scanner = createFrameScanner(way);
  const shaper = createFrameShaper(random);
  const passedBytes = new Map<string, number>();
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let discardedBytes = 0;
  let ended: (Omit<Waiting, 'bytes'> & { readonly how: 'finished' | 'reset' }) | undefined;
  let hasEnded = false;
  let freeAtMs = 0;

  const enqueue = (pieces: readonly Buffer[], nowMs: number): void => {
    for (const bytes of pieces) {
      if (bytes.length === 0) continue;
      waiting.push({ bytes, atMs: nowMs, draw: random() * 2 - 1 });
      waitingBytes += bytes.length;
    }
  };

  function discard(): void {
    for (const { length } of shaper.end()) discardedBytes += length;
    discardedBytes += waitingBytes;
    waiting = [];
    waitingBytes = 0;
    ended = undefined;
  }

  /** Hands out at most `mostBytes` of the oldest piece. */
  function take(head: Waiting, mostBytes: number): Buffer {
    const bytes = head.bytes.subarray(0, mostBytes);
    const rest = head.bytes.subarray(bytes.length);
    if (rest.length > 0) waiting[0] = { ...head, bytes: rest };
    else waiting.shift();
    waitingBytes -= bytes.length;
    return bytes;
  }

  /** Bytes that `limit_data` still lets through. */
  function allowance(active: readonly ActiveToxic[]): number {
    const left = active.map(({ name, toxic }) =>
      toxic.kind === 'limit_data' ? toxic.bytes - (passedBytes.get(name) ?? 0) : Number.POSITIVE_INFINITY,
    );
    return Math.min(Number.POSITIVE_INFINITY, ...left);
  }

  function nextOfHead(head: Waiting, active: readonly ActiveToxic[], nowMs: number): FlowStep {
    const dueMs = head.atMs + delayOf(active, head.draw);
    if (nowMs < dueMs) return { type: 'wait', untilMs: dueMs };
    const pace = paceOf(active, random);
    if (pace !== undefined && nowMs < freeAtMs) return { type: 'wait', untilMs: freeAtMs };
    const bytes = take(head, Math.min(pace?.mostBytes ?? head.bytes.length, allowance(active)));
    if (pace !== undefined) freeAtMs = pace.freeAtMs({ freeAtMs, nowMs, bytes: bytes.length });
    for (const { name, toxic } of active) {
      if (toxic.kind === 'limit_data') passedBytes.set(name, (passedBytes.get(name) ?? 0) + bytes.length);
    }
    return { type: 'write', bytes };
  }

  function nextOfEnd(active: readonly ActiveToxic[], nowMs: number): FlowStep {
    if (ended === undefined) return { type: 'wait', untilMs: Number.POSITIVE_INFINITY };
    const dueMs = ended.atMs + delayOf(active, ended.draw) + closeDelayOf(active);
    if (nowMs < dueMs) return { type: 'wait', untilMs: dueMs };
    return { type: ended.how === 'reset' ? 'reset' : 'finish' };
  }

  return {
    scanner,
    frames: shaper.counts,
    get isFull() {
      return waitingBytes + shaper.heldBytes >= MAX_WAITING_BYTES;
    },
    get droppedBytes() {
      return discardedBytes + shaper.droppedBytes;
    },
    push(chunk, active, nowMs) {
      const toxics = active.map(({ toxic }) => toxic);
      for (const part of scanner.push(chunk)) enqueue(shaper.push(part, toxics, nowMs), nowMs);
    },
    end(how, nowMs) {
      if (hasEnded) return;
      hasEnded = true;
      enqueue([...shaper.end(), scanner.end()], nowMs);
      ended = { how, atMs: nowMs, draw: random() * 2 - 1 };
    },
    next(active, nowMs) {
      enqueue(
        shaper.release(
          active.map(({ toxic }) => toxic),
          nowMs,
        ),
        nowMs,
      );
      const isHeld = active.some(({ toxic }) => toxic.kind === 'timeout');
      if (isPartitioned(active)) discard();
      if (isHeld || isPartitioned(active)) return { type: 'wait', untilMs: Number.POSITIVE_INFINITY };
      if (allowance(active) <= 0) return { type: 'cut' };
      const [head] = waiting;
      const step = head === undefined ? nextOfEnd(active, nowMs) : nextOfHead(head, active, nowMs);
      return step.type === 'wait'
        ? { type: 'wait', untilMs: Math.min(step.untilMs, shaper.heldUntilMs) }
        : step;
    },
  };
}
