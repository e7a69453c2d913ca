/**
 * The cached rows of one batch of streams, in one array. It holds `groups` tensors one behind the other,
 * each [batch, heads, rows, width] as the graph takes it, so a tensor is a view and never a copy.
 *
 * Time passes by moving where the whole view starts: by `n` rows, and every block then holds its own rows
 * from the n-th on, followed by what were the first n rows of the next block. Those are the oldest and due
 * to be forgotten; the new rows of this block are written over them. A step therefore writes new rows only.
 *
 * Always true: a block's rows are the newest ones in order, oldest first; where a stream has had fewer,
 * the rest is zero or stale and the graph masks it. When the slack behind the view is used up, the view
 * is moved back to the start of the array, which costs less than one new row per step.
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
  readonly batch: number;
  /** [batch, heads, rows, width]. Valid until the next change. */
  group(index: number): Float32Array;
  /** Takes over the rows of stream `first` of `source` and those behind it, one for each stream here. */
  append(source: NewRows, first: number): void;
  /** Copies the rows of a region of one stream to stream `index`; zeros where there is none. */
  place(index: number, stream: CacheRegion | undefined): void;
}

/** The slack is this part of a region: moving back costs as many rows a step as 1 divided by it. */
const SLACK_SHARE = 1 / 32;

/** Values an array for `batch` streams must hold. */
export function regionLength(layout: RowLayout, batch: number): number {
  const streamLength = layout.groups * layout.heads * layout.rows * layout.width;
  const slackRows = Math.max(layout.rows, Math.ceil((batch * streamLength * SLACK_SHARE) / layout.width));
  return batch * streamLength + slackRows * layout.width;
}

/** @param storage at least `regionLength` values; what is in it is kept */
export function createCacheRegion(layout: RowLayout, batch: number, storage: Float32Array): CacheRegion {
  const { groups, heads, rows, width } = layout;
  const blockLength = rows * width;
  const streamLength = heads * blockLength;
  const groupLength = batch * streamLength;
  const length = groups * groupLength;
  let start = 0;

  const advance = (distance: number): void => {
    if (start + distance + length > storage.length) {
      storage.copyWithin(0, start, start + length);
      start = 0;
    }
    start += distance;
  };

  return {
    batch,
    group(index) {
      const offset = start + index * groupLength;
      return storage.subarray(offset, offset + groupLength);
    },
    append({ data, batch: sourceBatch, count }, first) {
      const kept = Math.min(count, rows) * width;
      const sourceBlockLength = count * width;
      advance(kept);
      for (let group = 0; group < groups; group++) {
        const sourceBlock = (group * sourceBatch + first) * heads;
        const block = group * batch * heads;
        for (let i = 0; i < batch * heads; i++) {
          const from = (sourceBlock + i + 1) * sourceBlockLength - kept;
          const to = start + (block + i + 1) * blockLength - kept;
          // By hand: a block of a few hundred values costs less than the view `set` would need.
          for (let v = 0; v < kept; v++) storage[to + v] = data[from + v] as number;
        }
      }
    },
    place(index, stream) {
      for (let group = 0; group < groups; group++) {
        const to = start + group * groupLength + index * streamLength;
        if (stream) storage.set(stream.group(group), to);
        else storage.fill(0, to, to + streamLength);
      }
    },
  };
}
