/**
 * Reads a byte stream by amounts instead of by the pieces it happens to arrive in.
 *
 * Never reads further ahead than asked for, so a live stream is not held up, and never holds more
 * than the largest `peek` and one piece. The source is released when its end is reached, when `rest`
 * is left early, or by `close`.
 */
export interface ByteReader {
  /** The next `count` bytes, left in place; fewer only at the end of the stream. */
  peek(count: number): Promise<Uint8Array>;
  /** The next `count` bytes, consumed; fewer only at the end of the stream. */
  take(count: number): Promise<Uint8Array>;
  /** Drops up to `count` bytes without holding them; returns how many there were. */
  skip(count: number): Promise<number>;
  /** The remaining bytes piece by piece, at most `limitBytes` of them. */
  rest(limitBytes?: number): AsyncGenerator<Uint8Array, void, undefined>;
  /** Gives the source back without reading the rest. */
  close(): Promise<void>;
}

/** Opens a reader on `source`, which must not be read by anyone else. */
export function createByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);

  /** The next piece that holds anything; undefined at the end. */
  const pull = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      const next = await iterator.next();
      if (next.done) return undefined;
      if (next.value.length > 0) return next.value;
    }
  };

  const peek = async (count: number): Promise<Uint8Array> => {
    while (held.length < count) {
      const piece = await pull();
      if (!piece) break;
      held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    }
    return held.subarray(0, count);
  };

  /** Up to `limitBytes` of whatever is next; undefined at the end. */
  const takePiece = async (limitBytes: number): Promise<Uint8Array | undefined> => {
    if (held.length === 0) held = (await pull()) ?? held;
    if (held.length === 0) return undefined;
    const piece = held.subarray(0, limitBytes);
    held = held.subarray(piece.length);
    return piece;
  };

  const close = async (): Promise<void> => {
    await iterator.return?.();
  };

  return {
    peek,
    async take(count) {
      const bytes = await peek(count);
      held = held.subarray(bytes.length);
      return bytes;
    },
    async skip(count) {
      let skipped = 0;
      while (skipped < count) {
        const piece = await takePiece(count - skipped);
        if (!piece) break;
        skipped += piece.length;
      }
      return skipped;
    },
    async *rest(limitBytes = Infinity) {
      try {
        for (let left = limitBytes; left > 0; ) {
          const piece = await takePiece(left);
          if (!piece) return;
          left -= piece.length;
          yield piece;
        }
      } finally {
        await close();
      }
    },
    close,
  };
}
