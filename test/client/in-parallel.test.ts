import { describe, expect, it } from 'vitest';
import { inParallel } from '../../src/client/in-parallel.ts';

describe('inParallel', () => {
  it('[STR-13] has at most so many at once, and answers in order', async () => {
    const ends = new Map<number, () => void>();
    const done = inParallel([1, 2, 3, 4], 2, (item) =>
      new Promise<void>((resolve) => void ends.set(item, resolve)).then(() => item * 10),
    );
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    expect([...ends.keys()]).toEqual([1, 2]);
    ends.get(2)?.();
    await turn();
    expect([...ends.keys()]).toEqual([1, 2, 3]);
    ends.get(3)?.();
    await turn();
    ends.get(4)?.();
    ends.get(1)?.();
    expect(await done).toEqual([10, 20, 30, 40]);
  });

  it('is through at once with nothing to do, and fails as a task does', async () => {
    expect(await inParallel([], 3, () => Promise.reject(new Error('never')))).toEqual([]);
    await expect(inParallel([1], 3, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
