/**
 * Those who wait for something that is there only now and then, here a worker's slot. Whoever waits tries when told
 * that one was freed: one per telling, and another one after each success, since more may be free.
 *
 * Always true: an attempt is made in turn (`nextInTurn`), never twice at a time for one of them; a telling that came
 * while everybody was trying is not lost; nobody waits beyond the deadline, except for an attempt already under way;
 * whoever goes away is forgotten at once.
 */
import type { Clock } from '../../base/clock.ts';
import { RtError, toRtError } from '../../base/errors.ts';

export interface WaitingLine<T> {
  readonly length: number;
  /**
   * Resolves with the first `attempt` that succeeds; the first one is made at once unless others wait already.
   * @throws RtError what an attempt rejected with when waiting does not help; `late` beyond the deadline;
   * the signal's reason
   */
  wait(waiting: Waiting<T>): Promise<T>;
  /** Something was freed. */
  freed(): void;
  /** Whoever waits is told `error`. */
  close(error: RtError): void;
}

export interface Waiting<T> {
  readonly attempt: () => Promise<T>;
  readonly signal: AbortSignal;
  /** Asked when the first attempt failed; an error refuses the wait. */
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

export function createWaitingLine<T>({
  clock,
  deadlineMs,
}: {
  readonly clock: Clock;
  readonly deadlineMs: number;
}): WaitingLine<T> {
  let line: readonly Waiter<T>[] = [];
  /** A telling nobody could act on. */
  let isUnheard = false;
  let closedWith: RtError | undefined;

  const freed = (): void => {
    const waiter = nextInTurn(line, { nowMs: clock.nowMs(), deadlineMs });
    isUnheard = waiter === undefined && line.length > 0;
    if (waiter) void tryOnce(waiter);
  };

  async function tryOnce(waiter: Waiter<T>): Promise<void> {
    waiter.isTrying = true;
    try {
      waiter.resolve(await waiter.attempt());
      leave(waiter);
      freed();
    } catch (error) {
      waiter.isTrying = false;
      settleFailed(waiter, toRtError(error));
      if (isUnheard) freed();
    }
  }

  function settleFailed(waiter: Waiter<T>, error: RtError): void {
    const refusal = error.code === 'no_capacity' ? (closedWith ?? waiter.mayWait(error)) : error;
    if (waiter.signal.aborted) leave(waiter, waiter.signal.reason);
    else if (refusal) leave(waiter, refusal);
    else if (waiter.isLate) leave(waiter, waiter.late(placeOf(waiter)));
  }

  function leave(waiter: Waiter<T>, error?: unknown): void {
    if (error !== undefined) waiter.reject(error);
    line = line.filter((other) => other !== waiter);
  }

  function placeOf(waiter: Waiter<T>): Place {
    return { place: line.indexOf(waiter) + 1, length: line.length };
  }

  function expire(waiter: Waiter<T>): void {
    waiter.isLate = true;
    if (!waiter.isTrying) leave(waiter, waiter.late(placeOf(waiter)));
  }

  return {
    get length() {
      return line.length;
    },
    async wait(waiting) {
      const done = new AbortController();
      const onAbort = (): void => {
        // What an attempt under way comes to is still the caller's: it may hold something by then.
        if (waiter.isTrying) leave(waiter);
        else leave(waiter, waiting.signal.reason);
      };
      const settled = withResolvers<T>();
      const waiter: Waiter<T> = {
        ...waiting,
        arrivedMs: clock.nowMs(),
        isTrying: false,
        isLate: false,
        resolve: settled.resolve,
        reject: settled.reject,
      };
      waiting.signal.throwIfAborted();
      waiting.signal.addEventListener('abort', onAbort, { once: true });
      line = [...line, waiter];
      clock.sleep(deadlineMs, done.signal).then(
        () => expire(waiter),
        () => undefined,
      );
      if (line.length === 1) void tryOnce(waiter);
      try {
        return await settled.promise;
      } finally {
        waiting.signal.removeEventListener('abort', onAbort);
        done.abort(new RtError('interrupted', 'the wait is over'));
      }
    },
    freed,
    close(error) {
      closedWith = error;
      for (const waiter of line) if (!waiter.isTrying) leave(waiter, error);
    },
  };
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
