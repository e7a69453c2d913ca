import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { warmUp } from '../../../src/engine/thread/warm-up.ts';
import {
  createLevelDetector,
  createScriptedRecogniser,
  type Script,
} from '../../support/scripted-recogniser.ts';

async function measuredBatches(provider: 'cpu' | 'cuda' | 'webgpu', script: Script = {}) {
  const { mel, ...recogniser } = createScriptedRecogniser(script);
  const model = { name: 'scripted', aliases: [], languages: [], streaming: true, chunkMs: 1_000_000 };
  const loaded = {
    model,
    recognition: { kind: 'streaming', recogniser, mel } as const,
    release: () => Promise.resolve(),
  };
  const parts = { speechModel: createLevelDetector(), clock: systemClock, provider };
  const { steps } = await warmUp(loaded, parts);
  return steps.map(({ batch }) => batch);
}

describe('warming up', () => {
  it('[ENG-30] measures batches of 1 to 32 on the CPU', async () => {
    expect(await measuredBatches('cpu')).toEqual([1, 2, 4, 8, 16, 32]);
  });

  it.each(['cuda', 'webgpu'] as const)(
    '[ENG-114] measures batches of up to 64 on a GPU: %s',
    async (provider) => {
      expect(await measuredBatches(provider)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    },
  );

  it('[ENG-114] measures none that the graph does not take, nor beyond what memory holds', async () => {
    expect(await measuredBatches('cuda', { maxBatch: 20 })).toEqual([1, 2, 4, 8, 16]);
    expect(await measuredBatches('cuda', { onBatchOver: 40 })).toEqual([1, 2, 4, 8, 16, 32]);
  });
});
