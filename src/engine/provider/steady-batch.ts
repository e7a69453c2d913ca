/**
 * Keeps the batch size of a recogniser steady, by rows of silence that nobody hears.
 *
 * onnxruntime plans each convolution anew on CUDA whenever the size of its input differs from the last one, and
 * remembers no plan but the last (cuDNN frontend, since 1.20; onnxruntime issue 23006): with some eighty convolutions
 * in a model that costs more than a step. Live batches differ from step to step, so they are filled up to a power of
 * two, and a size once needed stays until it has long been too large.
 *
 * Always true: who asks gets results for the rows it gave, in order; after a failure the next step is not filled up,
 * because the failure may have been the size.
 */
import type { Recogniser, RecogniserItem } from '../asr/recogniser.ts';

export interface SteadySize {
  readonly size: number;
  /** Steps in a row that half the size would have held. */
  readonly calmSteps: number;
}

export const NO_SIZE: SteadySize = { size: 0, calmSteps: 0 };

/** About a quarter of a minute of chunks of 80 ms. */
const CALM_STEPS = 200;

/** The size for a step of `needed` rows: grows at once, shrinks by half after many steps that were too small for it. */
export function nextSize({ size, calmSteps }: SteadySize, needed: number): SteadySize {
  if (needed > size) return { size: 2 ** Math.ceil(Math.log2(needed)), calmSteps: 0 };
  if (needed > size / 2) return { size, calmSteps: 0 };
  if (calmSteps + 1 < CALM_STEPS) return { size, calmSteps: calmSteps + 1 };
  return { size: size / 2, calmSteps: 0 };
}

/** Log energy of digital silence in the features of every family (docs/engine.md, ENG-1). */
const SILENCE = Math.log(2 ** -24);
/** What silence was heard as must not grow for ever. */
const FILLER_STEPS = 1000;

/** `recogniser` with its steps filled up; its states are interchangeable with those of the original. */
export function withSteadyBatches(recogniser: Recogniser): Recogniser {
  const { shape, maxBatch } = recogniser;
  const silence = new Float32Array(shape.windowFrames * shape.bands).fill(SILENCE);
  let steady = NO_SIZE;
  let filler: RecogniserItem[] = [];
  let fillerSteps = 0;

  const rowsOfSilence = (count: number): readonly RecogniserItem[] => {
    fillerSteps++;
    if (fillerSteps > FILLER_STEPS) {
      filler = [];
      fillerSteps = 0;
    }
    while (filler.length < count) {
      filler.push({ state: recogniser.createState('auto'), features: silence });
    }
    return filler.slice(0, count);
  };

  return {
    ...recogniser,
    async step(items) {
      steady = nextSize(steady, items.length);
      const size = Math.min(steady.size, maxBatch);
      try {
        const results = await recogniser.step([...items, ...rowsOfSilence(Math.max(0, size - items.length))]);
        return results.slice(0, items.length);
      } catch (error) {
        steady = NO_SIZE;
        filler = [];
        throw error;
      }
    },
  };
}
