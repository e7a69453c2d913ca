/**
 * The cached rows of one stream: `groups` tensors of [heads, rows, width], one behind the other in one array,
 * as the graph takes them of a stream that is stepped alone.
 *
 * Time passes by moving where the whole view starts: by `n` rows, and every block then holds its own rows
 * from the n-th on, followed by what were the first n rows of the next block. Those are the oldest and due
 * to be forgotten; the new rows of this block are written over them. A step therefore writes new rows only.
 *
 * Always true: a block's rows are the newest ones in order, oldest first; where the stream has had fewer, the
 * rest is zero or what was such a rest before. When the slack behind the view is used up, the view is moved
 * back to the start of the array, which costs less than one new row per step.
 */

/** What a graph keeps of one stream: `groups` tensors of [heads, rows, width]. */
export interface RowLayout {
  readonly groups: number;
  readonly heads: number;
  readonly rows: number;
  readonly width: number;
}

/** New rows of some streams, [groups, batch, heads, count, width]. */
export interface NewRows {
  readonly data: Float32Array;
  readonly batch: number;
  readonly count: number;
}

export interface CacheRegion {
  /** [heads, rows, width]. Valid until the next change. */
  group(index: number): Float32Array;
  /** Takes over the new rows of one stream of a batch. */
  append(rows: NewRows, index: number): void;
  /** Makes all rows zero. */
  clear(): void;
}

/** The slack is this part of a region: moving back costs as many rows a step as 1 divided by it. */
const SLACK_SHARE = 1 / 32;

/** A region of zeros. */
export function createCacheRegion({ groups, heads, rows, width }: RowLayout): CacheRegion {
  const blockLength = rows * width;
  const groupLength = heads * blockLength;
  const length = groups * groupLength;
  const slackRows = Math.max(rows, Math.ceil((length * SLACK_SHARE) / width));
  const storage = new Float32Array(length + slackRows * width);
  let start = 0;

  const advance = (distance: number): void => {
    if (start + distance + length > storage.length) {
      storage.copyWithin(0, start, start + length);
      start = 0;
    }
    start += distance;
  };

  return {
    group(index) {
      const offset = start + index * groupLength;
      return storage.subarray(offset, offset + groupLength);
    },
    append({ data, batch, count }, index) {
      const kept = Math.min(count, rows) * width;
      const newLength = count * width;
      advance(kept);
      for (let group = 0; group < groups; group++) {
        for (let head = 0; head < heads; head++) {
          const from = ((group * batch + index) * heads + head + 1) * newLength - kept;
          const to = start + (group * heads + head + 1) * blockLength - kept;
          // By hand: a block of a few hundred values costs less than the view `set` would need.
          for (let v = 0; v < kept; v++) storage[to + v] = data[from + v] as number;
        }
      }
    },
    clear() {
      storage.fill(0);
    },
  };
}
