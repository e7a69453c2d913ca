/** Those who wait until less is buffered. */
export interface Room {
  /** Resolves once `bufferedBytes()` is at most `bytes`; looked at whenever `look` is called. */
  wait(bytes: number): Promise<void>;
  look(): void;
}

/** @param bufferedBytes 0 lets everybody go */
export function createRoom(bufferedBytes: () => number): Room {
  let waiting: { readonly bytes: number; readonly resolve: () => void }[] = [];
  return {
    wait: (bytes) =>
      bufferedBytes() <= bytes
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ bytes, resolve })),
    look() {
      const buffered = bufferedBytes();
      const free = waiting.filter(({ bytes }) => buffered <= bytes);
      waiting = waiting.filter(({ bytes }) => buffered > bytes);
      for (const { resolve } of free) resolve();
    },
  };
}
