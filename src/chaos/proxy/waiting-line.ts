/** The bytes of one direction that wait for their time, oldest first. */

export interface WaitingPiece {
  readonly bytes: Buffer;
  readonly atMs: number;
  /** Where in the range of a jitter this one falls, −1 to 1. */
  readonly draw: number;
}

export interface WaitingLine {
  /** Each piece gets its own draw. */
  add(pieces: readonly Buffer[], nowMs: number): void;
  readonly head: WaitingPiece | undefined;
  /** Hands out at most `mostBytes` of the head, which there must be. */
  take(mostBytes: number): Buffer;
  readonly sizeBytes: number;
  clear(): void;
}

export function createWaitingLine(draw: () => number): WaitingLine {
  let pieces: WaitingPiece[] = [];
  let sizeBytes = 0;
  return {
    get head() {
      return pieces[0];
    },
    get sizeBytes() {
      return sizeBytes;
    },
    add(added, nowMs) {
      for (const bytes of added) {
        if (bytes.length === 0) continue;
        pieces.push({ bytes, atMs: nowMs, draw: draw() });
        sizeBytes += bytes.length;
      }
    },
    take(mostBytes) {
      const [head] = pieces;
      if (head === undefined) return Buffer.alloc(0);
      const bytes = head.bytes.subarray(0, mostBytes);
      const rest = head.bytes.subarray(bytes.length);
      if (rest.length > 0) pieces[0] = { ...head, bytes: rest };
      else pieces.shift();
      sizeBytes -= bytes.length;
      return bytes;
    },
    clear() {
      pieces = [];
      sizeBytes = 0;
    },
  };
}
