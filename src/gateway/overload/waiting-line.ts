/**
 * Those who wait for something that is there only now and then, here a worker's slot. Whoever waits tries when told
 * that one was freed: one per telling, and another one after each success, since more may be free.
 *
 * Always true: who comes tries at once unless others wait, and stands in the line once refused; attempts are made in
 * turn (`nextInTurn`), never two at a time for the same one; a telling that came during an attempt is not lost; nobody
 * waits beyond the deadline, except for an attempt already under way; whoever goes away is forgotten at once.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError, toRtError } from '../../base/errors.ts';

export interface Waiting<T> {
  readonly attempt: () => Promise<T>;
  readonly signal: AbortSignal;
  /** Asked before whoever was refused joins the line; an error refuses that too. */
  readonly mayWait: (why: RtError) => RtError | undefined;
  /** What is told beyond the deadline. */
  readonly late: (place: Place) => RtError;
}

export interface Place {
  /** Counted from 1, by arrival. */
  readonly place: number;
  readonly length: number;
}

export interface Arrival {
  readonly arrivedMs: number;
  readonly isTrying: boolean;
}

interface Waiter<T> extends Waiting<T> {
  readonly arrivedMs: number;
  isTrying: boolean;
  isLate: boolean;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Whose turn it is: the one that came first, and once that one has waited more than half of the deadline the one that
 * came last. A line that grows faster than it is served would else serve only those about to give up. Pure.
 */
export function nextInTurn<W extends Arrival>(
  line: readonly W[],
  { nowMs, deadlineMs }: { readonly nowMs: number; readonly deadlineMs: number },
): W | undefined {
  const [oldest] = line;
  if (!oldest) return undefined;
  const isLong = nowMs - oldest.arrivedMs > deadlineMs / 2;
  const isIdle = ({ isTrying }: W): boolean => !isTrying;
  return isLong ? line.findLast(isIdle) : line.find(isIdle);
}

export class WaitingLine<T> {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  #line: readonly Waiter<T>[] = [];
  #inside = 0;
  #tellings = 0;
  #closedWith: RtError | undefined;

  constructor({ clock, deadlineMs }: { readonly clock: Clock; readonly deadlineMs: number }) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  get length(): number {
    return this.#line.length;
  }

  /** Nobody waits, nobody is about to. */
  get isDeserted(): boolean {
    return this.#inside === 0;
  }

  /**
   * Resolves with the first `attempt` that succeeds; the first one is made at once unless others wait already.
   * @throws RtError what an attempt rejected with when waiting does not help; `late` beyond the deadline;
   * the signal's reason
   */
  async wait(waiting: Waiting<T>): Promise<T> {
    const { signal } = waiting;
    signal.throwIfAborted();
    const done = new AbortController();
    const { promise, ...settle } = withResolvers<T>();
    const arrivedMs = this.#clock.nowMs();
    const waiter: Waiter<T> = { ...waiting, ...settle, arrivedMs, isTrying: false, isLate: false };
    const onAbort = (): void => {
      // What an attempt under way comes to is still the caller's: it may hold something by then.
      this.#leave(waiter, waiter.isTrying ? undefined : signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#inside++;
    this.#clock.sleep(this.#deadlineMs, done.signal).then(
      () => this.#expire(waiter),
      () => undefined,
    );
    if (this.#line.length === 0) void this.#tryOnce(waiter);
    else this.#line = [...this.#line, waiter];
    try {
      return await promise;
    } finally {
      this.#inside--;
      signal.removeEventListener('abort', onAbort);
      done.abort(new RtError('interrupted', 'the wait is over'));
    }
  }

  /** Something was freed. */
  freed(): void {
    this.#tellings++;
    this.#serveNext();
  }

  /** Whoever waits is told `error`. */
  close(error: RtError): void {
    this.#closedWith = error;
    for (const waiter of this.#line) if (!waiter.isTrying) this.#leave(waiter, error);
  }

  #serveNext(): void {
    const now = { nowMs: this.#clock.nowMs(), deadlineMs: this.#deadlineMs };
    const waiter = nextInTurn(this.#line, now);
    if (waiter) void this.#tryOnce(waiter);
  }

  async #tryOnce(waiter: Waiter<T>): Promise<void> {
    waiter.isTrying = true;
    const heard = this.#tellings;
    try {
      waiter.resolve(await waiter.attempt());
      this.#leave(waiter);
      this.freed();
    } catch (error) {
      waiter.isTrying = false;
      this.#settleFailed(waiter, toRtError(error));
      if (this.#tellings !== heard) this.#serveNext();
    }
  }

  #settleFailed(waiter: Waiter<T>, error: RtError): void {
    if (waiter.signal.aborted) return this.#leave(waiter, waiter.signal.reason);
    const refusal = error.code === 'no_capacity' ? this.#join(waiter, error) : error;
    if (refusal) this.#leave(waiter, refusal);
    else if (waiter.isLate) this.#expire(waiter);
  }

  /** By arrival; the error when it must not. */
  #join(waiter: Waiter<T>, why: RtError): RtError | undefined {
    if (this.#closedWith) return this.#closedWith;
    if (this.#line.includes(waiter)) return undefined;
    const refusal = waiter.mayWait(why);
    if (!refusal) this.#line = [...this.#line, waiter].sort((a, b) => a.arrivedMs - b.arrivedMs);
    return refusal;
  }

  #expire(waiter: Waiter<T>): void {
    waiter.isLate = true;
    if (waiter.isTrying) return;
    this.#leave(waiter, waiter.late({ place: this.#line.indexOf(waiter) + 1, length: this.#line.length }));
  }

  #leave(waiter: Waiter<T>, error?: unknown): void {
    this.#line = this.#line.filter((other) => other !== waiter);
    if (error !== undefined) waiter.reject(error);
  }
}

/** `Promise.withResolvers` is not in Node 20. */
function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
