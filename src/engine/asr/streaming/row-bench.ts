/**
 * Lays the rows of streams side by side for one step, as the graph wants them.
 *
 * Who is stepped together changes with nearly every step: streams are not aligned to each other. So rows are
 * copied for each step anew. A copy of a stream costs a fraction of what the graph does with it, and in return
 * its rows exist once, whoever waits can be stepped with whoever else does, and nobody is computed for nothing.
 */
import type { CacheRegion, RowLayout } from './cache-region.ts';

export interface RowBench {
  /** One tensor [streams, heads, rows, width] for each group. Valid until the next call or change of a stream. */
  seat(streams: readonly CacheRegion[]): readonly Float32Array[];
}

export function createRowBench({ groups, heads, rows, width }: RowLayout): RowBench {
  const streamLength = heads * rows * width;
  let work = new Float32Array(0);
  return {
    seat(streams) {
      const [alone, ...others] = streams;
      const numbers = Array.from({ length: groups }, (_, group) => group);
      if (alone && others.length === 0) return numbers.map((group) => alone.group(group));
      const groupLength = streams.length * streamLength;
      if (work.length < groups * groupLength) work = new Float32Array(groups * groupLength);
      return numbers.map((group) => {
        const tensor = work.subarray(group * groupLength, (group + 1) * groupLength);
        for (const [index, stream] of streams.entries())
          tensor.set(stream.group(group), index * streamLength);
        return tensor;
      });
    },
  };
}
