import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { memoryBytes, oldLimitBytes, reserveBytes } from '../../../src/gateway/overload/heap-share.ts';

const MIB = 1024 * 1024;

describe('the limit of the heap', () => {
  it.each([96, 512])(
    '[OVL-1] is that of the old generation, %i MiB where that was asked for',
    (mebibytes) => {
      const ask = 'process.stdout.write(String(require("v8").getHeapStatistics().heap_size_limit))';
      const told = execFileSync(process.execPath, [`--max-old-space-size=${mebibytes}`, '-e', ask], {
        encoding: 'utf8',
      });
      expect(oldLimitBytes(Number(told), memoryBytes()) / MIB).toBeCloseTo(mebibytes, 0);
    },
  );

  it.each([
    [4144, 16_384, 4096],
    [2096, 4096, 2048],
    [1048, 2048, 1024],
    [524, 1024, 512],
  ])('[OVL-1] leaves the young generation out: of %i MiB with %i MiB of memory', (limit, memory, old) => {
    expect(oldLimitBytes(limit * MIB, memory * MIB) / MIB).toBe(old);
  });

  it('[OVL-1] is kept away from by 16 MiB, in a small heap by a sixth', () => {
    expect([4096, 96, 48].map((mebibytes) => reserveBytes(mebibytes * MIB) / MIB)).toEqual([16, 16, 8]);
  });
});
