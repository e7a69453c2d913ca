/**
 * Runs the models at the batch sizes they will meet before the first session comes: memory arenas
 * and packed kernels exist then, and the durations are what capacity is derived from.
 */
import type { Clock } from '../../base/clock.ts';
import type { MeasuredStep } from '../batch/capacity.ts';
import { MAX_STEP_BATCH } from '../batch/scheduler.ts';
import type { Recogniser } from '../asr/recogniser.ts';
import { type SpeechModel, VAD_INPUT_SAMPLES, VAD_STATE_LENGTH } from '../vad/silero.ts';

const BATCHES = [1, 2, 4, MAX_STEP_BATCH];
const ROUNDS = 3;

export async function warmUp(
  models: { readonly speechModel: SpeechModel; readonly recogniser: Recogniser },
  clock: Clock,
): Promise<readonly MeasuredStep[]> {
  const { speechModel, recogniser } = models;
  const { windowFrames, bands } = recogniser.shape;
  const measured: MeasuredStep[] = [];
  for (const batch of BATCHES.filter((size) => size <= recogniser.maxBatch)) {
    const items = Array.from({ length: batch }, () => ({
      state: recogniser.createState('auto'),
      features: new Float32Array(windowFrames * bands),
    }));
    const windows = Array.from({ length: batch }, () => ({
      input: new Float32Array(VAD_INPUT_SAMPLES),
      state: new Float32Array(VAD_STATE_LENGTH),
    }));
    const stepMs = await median(clock, () => recogniser.step(items));
    const scoreMs = await median(clock, () => speechModel.score(windows));
    measured.push({ batch, stepMs, scoreMs });
  }
  return measured;
}

/** Median duration of a few runs after one that is not counted. */
async function median(clock: Clock, run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const startedMs = clock.nowMs();
    await run();
    times.push(clock.nowMs() - startedMs);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}
