/** Figures of one connection, or of several added up. */
import type { Way } from './toxic.ts';

export interface Tally {
  /** Handed to the receiving socket. */
  readonly bytes: Readonly<Record<Way, number>>;
  /** Taken away by a partition or drop_pong. */
  readonly droppedBytes: Readonly<Record<Way, number>>;
  readonly pongsDropped: number;
  readonly framesDuplicated: number;
  readonly framesReordered: number;
}

const NOTHING: Tally = {
  bytes: { up: 0, down: 0 },
  droppedBytes: { up: 0, down: 0 },
  pongsDropped: 0,
  framesDuplicated: 0,
  framesReordered: 0,
};

export function addTallies(tallies: Iterable<Tally>): Tally {
  let sum = NOTHING;
  for (const one of tallies) {
    sum = {
      bytes: addWays(sum.bytes, one.bytes),
      droppedBytes: addWays(sum.droppedBytes, one.droppedBytes),
      pongsDropped: sum.pongsDropped + one.pongsDropped,
      framesDuplicated: sum.framesDuplicated + one.framesDuplicated,
      framesReordered: sum.framesReordered + one.framesReordered,
    };
  }
  return sum;
}

function addWays(one: Tally['bytes'], other: Tally['bytes']): Tally['bytes'] {
  return { up: one.up + other.up, down: one.down + other.down };
}
