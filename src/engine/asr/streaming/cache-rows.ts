/**
 * Rows of batched cache tensors. After a step each stream keeps its row of the output; when the same
 * streams are stepped again in the same order, that output is the next input as it stands and
 * nothing is copied. Otherwise rows are gathered into a work buffer.
 */

/** One row of a tensor that may be shared by the streams that were stepped together. */
export interface CacheRow {
  readonly data: Float32Array;
  readonly row: number;
}

export interface RowGatherer {
  /** A tensor of `rows.length` rows of `rowLength` values. Valid until the next call. */
  gather(rows: readonly CacheRow[]): Float32Array;
}

/**
 * @param blocks pieces a row lies in: 1 where the batch is the first axis, else the product of the axes before it
 */
export function createRowGatherer(rowLength: number, blocks = 1): RowGatherer {
  const blockLength = rowLength / blocks;
  let work = new Float32Array(0);
  return {
    gather(rows) {
      const first = rows[0]?.data;
      if (
        first?.length === rows.length * rowLength &&
        rows.every((r, i) => r.data === first && r.row === i)
      ) {
        return first;
      }
      const length = rows.length * rowLength;
      if (work.length < length) work = new Float32Array(length);
      for (const [index, { data, row }] of rows.entries()) {
        const sourceRows = data.length / rowLength;
        for (let block = 0; block < blocks; block++) {
          const from = (block * sourceRows + row) * blockLength;
          const to = (block * rows.length + index) * blockLength;
          work.set(data.subarray(from, from + blockLength), to);
        }
      }
      return work.subarray(0, length);
    },
  };
}
