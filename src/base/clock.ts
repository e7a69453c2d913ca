/** Time as a port: durations come from the monotonic clock, wall time only labels records. */
export interface Clock {
  /** Monotonic milliseconds, comparable between threads of a process; the origin means nothing. */
  nowMs(): number;
  /** Wall clock, for records people read. Never subtract two of them. */
  date(): Date;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Threads may count from their own start: with its date the origin is the same for all. */
const ORIGIN_MS = performance.timeOrigin;

export const systemClock: Clock = {
  nowMs: () => ORIGIN_MS + performance.now(),
  date: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
