import { beforeAll, describe, expect, it } from 'vitest';
import type { Recogniser, RecogniserState } from '../../../src/engine/asr/recogniser.ts';
import { BUNDLED_MODEL_PATH } from '../../../src/engine/models/bundled.ts';
import { loadRecogniser } from '../../../src/engine/models/load-recogniser.ts';

let recogniser: Recogniser;
beforeAll(async () => {
  const request = { path: BUNDLED_MODEL_PATH, aliases: [] };
  ({ recogniser } = await loadRecogniser(request, { provider: 'cpu', intraOpThreads: 1 }));
});

/** Window `step` of stream `stream`: something else each time. */
function features(stream: number, step: number): Float32Array {
  const { windowFrames, bands } = recogniser.shape;
  return Float32Array.from(
    { length: windowFrames * bands },
    (_, i) => Math.sin(i * (stream + 1.3) + step) * 4 - 6,
  );
}

/** The stream's rows as bytes: comparing half a million numbers one by one takes seconds. */
function cacheOf({ channelCache, timeCache }: RecogniserState): readonly Buffer[] {
  return [channelCache, timeCache].map(({ data, row }) => {
    const length = data === channelCache.data ? 9 * 56 * 384 : 9 * 192 * 8;
    return Buffer.from(data.slice(row * length, (row + 1) * length).buffer);
  });
}

describe('a step of the bundled model', () => {
  it('[ENG-28] gives each stream the caches and frames it would get alone, in any company', async () => {
    const company: readonly (readonly number[])[] = [[0, 1, 2], [2, 0], [0, 1, 2], [0, 1, 2], [1]];
    const together = [0, 1, 2].map(() => recogniser.createState());
    const alone = [0, 1, 2].map(() => recogniser.createState());
    for (const [step, streams] of company.entries()) {
      const items = streams.map((s) => ({ state: together[s]!, features: features(s, step) }));
      expect(await recogniser.step(items)).toEqual(streams.map(() => true));
      for (const s of streams) await recogniser.step([{ state: alone[s]!, features: features(s, step) }]);
    }
    for (const [s, state] of together.entries()) {
      const mine = cacheOf(alone[s]!);
      expect(cacheOf(state).map((rows, i) => rows.equals(mine[i]!))).toEqual([true, true]);
      expect(state.ctc).toEqual(alone[s]!.ctc);
      expect(state.cacheLength).toBe(alone[s]!.cacheLength);
    }
  });

  it('[ENG-26] says which stream it could not make numbers of', async () => {
    const items = [0, 1].map((stream) => ({
      state: recogniser.createState(),
      features: features(stream, 0).fill(stream === 1 ? Number.NaN : -10),
    }));
    expect(await recogniser.step(items)).toEqual([true, false]);
  });
});
