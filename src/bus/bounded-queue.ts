/**
 * What stands between a live channel and one slow consumer: a queue that drops its oldest entry
 * rather than grow. One consumer; ends when the signal aborts, entries left over are dropped.
 */
export interface BoundedQueue<T> {
  readonly push: (item: T) => void;
  /** The consumer meets `error` behind what waits; nothing comes after it. */
  readonly fail: (error: Error) => void;
  readonly items: AsyncIterable<T>;
}

/** A queue of at most `capacity` entries. */
export function createBoundedQueue<T>(capacity: number, signal: AbortSignal): BoundedQueue<T> {
  const waiting: T[] = [];
  let fault: Error | undefined;
  let wake = (): void => {};
  signal.addEventListener('abort', () => wake(), { once: true });

  async function* drain(): AsyncGenerator<T> {
    while (!signal.aborted) {
      const item = waiting.shift();
      if (item !== undefined) yield item;
      else if (fault !== undefined) throw fault;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  return {
    push(item) {
      if (signal.aborted || fault !== undefined) return;
      waiting.push(item);
      if (waiting.length > capacity) waiting.shift();
      wake();
    },
    fail(error) {
      fault ??= error;
      wake();
    },
    items: drain(),
  };
}
