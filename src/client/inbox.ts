/**
 * A line of messages between those who receive them and the one who reads them.
 *
 * Always true: order is kept; nothing that was pushed before `end` is lost to the reader; it holds as
 * many as are pushed, so whoever pushes looks at `size` and waits with `drained`.
 */
export interface Inbox<T> {
  push(message: T): void;
  /** The reader is through once it has read what is there; what is pushed later is dropped. */
  end(): void;
  readonly size: number;
  /** Resolves once at most `count` wait, or nothing more will be read. */
  drained(count: number): Promise<void>;
  /** For one reader. */
  read(): AsyncGenerator<T, void, undefined>;
}

interface Waiter {
  readonly count: number;
  readonly wake: () => void;
}

export function createInbox<T>(): Inbox<T> {
  const messages: T[] = [];
  let waiters: readonly Waiter[] = [];
  let isEnded = false;
  let wakeReader = (): void => undefined;

  const wakeWaiters = (): void => {
    const isDue = ({ count }: Waiter): boolean => isEnded || messages.length <= count;
    const due = waiters.filter(isDue);
    waiters = waiters.filter((waiter) => !isDue(waiter));
    for (const { wake } of due) wake();
  };

  async function* read(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const message = messages.shift();
      if (message !== undefined) {
        wakeWaiters();
        yield message;
      } else if (isEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
      }
    }
  }

  return {
    push: (message) => {
      if (isEnded) return;
      messages.push(message);
      wakeReader();
    },
    end: () => {
      isEnded = true;
      wakeReader();
      wakeWaiters();
    },
    get size() {
      return messages.length;
    },
    drained: (count) =>
      new Promise((wake) => {
        waiters = [...waiters, { count, wake }];
        wakeWaiters();
      }),
    read,
  };
}
