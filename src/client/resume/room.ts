/** Whether a session takes more audio from its source, from how much it already holds. */

export interface RoomFigures {
  /** Audio that could be sent again. */
  readonly heldMs: number;
  readonly hasUnsent: boolean;
  /** The gateway has decoded all but the last second of what was said. */
  readonly isCaughtUp: boolean;
  /** A source that cannot wait, such as a microphone. */
  readonly isLive: boolean;
}

/** What a source that can wait is let ahead: more than the longest utterance, which is committed as one. */
export const RING_MS = 60_000;
/** What is held at most: of 16-bit audio at 16 kHz this is 19 MB. */
export const MOST_HELD_MS = 600_000;

/**
 * `wait`: the source stands still. `let_go`: the oldest audio is given up, because the gateway decodes and does not
 * commit (its journal is away), and a session that runs is worth more than the means to resume it.
 */
export function decideRoom({
  heldMs,
  hasUnsent,
  isCaughtUp,
  isLive,
}: RoomFigures): 'room' | 'wait' | 'let_go' {
  if (heldMs <= RING_MS) return 'room';
  if (!isLive && !isCaughtUp) return 'wait';
  if (heldMs <= MOST_HELD_MS) return 'room';
  return hasUnsent ? 'wait' : 'let_go';
}
