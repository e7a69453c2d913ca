/**
 * Runs the models at the batch sizes they will meet before the first session comes: memory arenas
 * and packed kernels exist then, and the durations are what capacity and batch sizes are derived from.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { Clock } from '../../base/clock.ts';
import { toRtError } from '../../base/errors.ts';
import { MEASURED_UTTERANCE_MS, type MeasuredModel, type MeasuredStep } from '../batch/capacity.ts';
import type { LoadedModel } from '../models/load-model.ts';
import type { Provider } from '../onnx.ts';
import type { Recognition } from '../session/recognition.ts';
import { type SpeechModel, VAD_STATE_LENGTH } from '../vad/silero.ts';
import { VAD_INPUT_SAMPLES } from '../vad/vad-window.ts';

const CPU_BATCHES = [1, 2, 4, 8, 16, 32];
/** A GPU is far from full where a CPU is. */
const GPU_BATCHES = [...CPU_BATCHES, 64];
const ROUNDS = 5;

export interface WarmUpParts {
  readonly speechModel: SpeechModel;
  readonly clock: Clock;
  readonly provider: Provider;
}

export async function warmUp(
  { model, recognition }: LoadedModel,
  parts: WarmUpParts,
): Promise<MeasuredModel> {
  const periodMs = recognition.kind === 'streaming' ? model.chunkMs : MEASURED_UTTERANCE_MS;
  const steps: MeasuredStep[] = [];
  for (const batch of batchesOn(parts.provider).filter((size) => size <= recognition.recogniser.maxBatch)) {
    const measured = await measure(recognition, batch, parts);
    // Larger batches than memory holds are not used; without a single row there is no model.
    if (!measured && steps.length > 0) break;
    if (measured) steps.push(measured);
    // A step that fills the period leaves nothing to learn from a larger one.
    if (measured && measured.stepMs > periodMs) break;
  }
  return { model: model.name, periodMs, steps };
}

/** Batch sizes that are measured, ascending. */
export function batchesOn(provider: Provider): readonly number[] {
  return provider === 'cpu' ? CPU_BATCHES : GPU_BATCHES;
}

/** Undefined when memory does not suffice for the batch. */
async function measure(
  recognition: Recognition,
  batch: number,
  { speechModel, clock }: WarmUpParts,
): Promise<MeasuredStep | undefined> {
  const items = Array.from({ length: batch }, () => ({
    // One of each: sessions whose messages are short have no others to score with it.
    windows: [new Float32Array(VAD_INPUT_SAMPLES)],
    state: new Float32Array(VAD_STATE_LENGTH),
  }));
  try {
    const steps = await timed(clock, stepOf(recognition, batch));
    const scores = await timed(clock, () => speechModel.score(items));
    return { batch, stepMs: steps.medianMs, slowestStepMs: steps.slowestMs, scoreMs: scores.medianMs };
  } catch (error) {
    if (batch > 1 && toRtError(error, 'asr_failed').code === 'resource_exhausted') return undefined;
    throw error;
  }
}

function stepOf(recognition: Recognition, batch: number): () => Promise<unknown> {
  if (recognition.kind === 'utterance') {
    const samples = new Float32Array((MEASURED_UTTERANCE_MS / 1000) * SAMPLE_RATE);
    const items = Array.from({ length: batch }, () => ({ samples, language: 'auto' }));
    return () => recognition.recogniser.recognise(items);
  }
  const { windowFrames, bands } = recognition.recogniser.shape;
  const items = Array.from({ length: batch }, () => ({
    state: recognition.recogniser.createState('auto'),
    features: new Float32Array(windowFrames * bands),
  }));
  return () => recognition.recogniser.step(items);
}

/** Durations of a few runs after one that is not counted. */
async function timed(
  clock: Clock,
  run: () => Promise<unknown>,
): Promise<{ readonly medianMs: number; readonly slowestMs: number }> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const startedMs = clock.nowMs();
    await run();
    times.push(clock.nowMs() - startedMs);
  }
  times.sort((a, b) => a - b);
  return { medianMs: times[Math.floor(ROUNDS / 2)] ?? 0, slowestMs: times.at(-1) ?? 0 };
}
