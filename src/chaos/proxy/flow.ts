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
import { createFrameShaper, type FrameCounts, type FrameShaper } from './frame-shaper.ts';
import { closeDelayOf, delayOf, isPaced, paceOf } from './delays.ts';
import type { ActiveToxic, Ending, Way } from './toxic.ts';
import { createWaitingLine, type WaitingLine, type WaitingPiece } from './waiting-line.ts';

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

/** Whether the bytes of this direction go nowhere. */
export function isPartitioned(active: readonly ActiveToxic[]): boolean {
  return active.some(({ toxic }) => toxic.kind === 'partition');
}

/** `random` is drawn once for each piece of data and each decision about a frame. */
export function createFlow(way: Way, random: () => number): Flow {
  return new TimedFlow(way, random);
}

class TimedFlow implements Flow {
  readonly scanner: FrameScanner;
  readonly #shaper: FrameShaper;
  readonly #line: WaitingLine;
  readonly #random: () => number;
  /** Bytes let through by each `limit_data`. */
  readonly #passedBytes = new Map<string, number>();
  #discardedBytes = 0;
  #end: { readonly how: 'finished' | 'reset'; readonly atMs: number; readonly draw: number } | undefined;
  #hasEnded = false;
  #freeAtMs = 0;

  constructor(way: Way, random: () => number) {
    this.scanner = createFrameScanner(way);
    this.#shaper = createFrameShaper(random);
    this.#line = createWaitingLine(() => random() * 2 - 1);
    this.#random = random;
  }

  get frames(): Readonly<FrameCounts> {
    return this.#shaper.counts;
  }

  get isFull(): boolean {
    return this.#line.sizeBytes + this.#shaper.heldBytes >= MAX_WAITING_BYTES;
  }

  get droppedBytes(): number {
    return this.#discardedBytes + this.#shaper.droppedBytes;
  }

  push(chunk: Buffer, active: readonly ActiveToxic[], nowMs: number): void {
    const toxics = active.map(({ toxic }) => toxic);
    for (const part of this.scanner.push(chunk)) {
      this.#line.add(this.#shaper.push(part, toxics, nowMs), nowMs);
    }
  }

  end(how: 'finished' | 'reset', nowMs: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#line.add([...this.#shaper.end(), this.scanner.end()], nowMs);
    this.#end = { how, atMs: nowMs, draw: this.#random() * 2 - 1 };
  }

  next(active: readonly ActiveToxic[], nowMs: number): FlowStep {
    const toxics = active.map(({ toxic }) => toxic);
    this.#line.add(this.#shaper.release(toxics, nowMs), nowMs);
    if (isPartitioned(active)) this.#discard();
    if (isPartitioned(active) || toxics.some(({ kind }) => kind === 'timeout')) return FOREVER;
    if (this.#allowance(active) <= 0) return { type: 'cut' };
    const { head } = this.#line;
    const step = head === undefined ? this.#nextOfEnd(active, nowMs) : this.#nextOfHead(head, active, nowMs);
    if (step.type !== 'wait') return step;
    return { type: 'wait', untilMs: Math.min(step.untilMs, this.#shaper.heldUntilMs) };
  }

  #nextOfHead(head: WaitingPiece, active: readonly ActiveToxic[], nowMs: number): FlowStep {
    const dueMs = head.atMs + delayOf(active, head.draw);
    if (nowMs < dueMs) return { type: 'wait', untilMs: dueMs };
    if (isPaced(active) && nowMs < this.#freeAtMs) return { type: 'wait', untilMs: this.#freeAtMs };
    // Drawn when something leaves, not when it is asked about: how often that is depends on timers.
    const pace = paceOf(active, this.#random);
    const bytes = this.#line.take(Math.min(pace?.mostBytes ?? head.bytes.length, this.#allowance(active)));
    if (pace !== undefined) {
      this.#freeAtMs = pace.freeAtMs({ freeAtMs: this.#freeAtMs, nowMs, bytes: bytes.length });
    }
    for (const { name, toxic } of active) {
      if (toxic.kind === 'limit_data') this.#passedBytes.set(name, this.#passedOf(name) + bytes.length);
    }
    return { type: 'write', bytes };
  }

  #nextOfEnd(active: readonly ActiveToxic[], nowMs: number): FlowStep {
    if (this.#end === undefined) return FOREVER;
    const { how, atMs, draw } = this.#end;
    const dueMs = atMs + delayOf(active, draw) + closeDelayOf(active);
    if (nowMs < dueMs) return { type: 'wait', untilMs: dueMs };
    return { type: how === 'reset' ? 'reset' : 'finish' };
  }

  #discard(): void {
    for (const { length } of this.#shaper.end()) this.#discardedBytes += length;
    this.#discardedBytes += this.#line.sizeBytes;
    this.#line.clear();
    this.#end = undefined;
  }

  /** Bytes that `limit_data` still lets through. */
  #allowance(active: readonly ActiveToxic[]): number {
    let leastBytes = Number.POSITIVE_INFINITY;
    for (const { name, toxic } of active) {
      if (toxic.kind === 'limit_data') leastBytes = Math.min(leastBytes, toxic.bytes - this.#passedOf(name));
    }
    return leastBytes;
  }

  #passedOf(name: string): number {
    return this.#passedBytes.get(name) ?? 0;
  }
}

const FOREVER: FlowStep = { type: 'wait', untilMs: Number.POSITIVE_INFINITY };
