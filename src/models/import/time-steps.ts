/** How long a step takes two encoders, measured in turns so that a busy machine hurts both alike. */
import type { Clock } from '../../base/clock.ts';
import type { StreamingEncoder } from '../../engine/asr/streaming/streaming-encoder.ts';

export interface StepTime {
  readonly batch: number;
  /** Medians. */
  readonly plainMs: number;
  readonly deltaMs: number;
}

export interface TimingRequest {
  readonly plain: StreamingEncoder<object>;
  readonly delta: StreamingEncoder<object>;
  readonly batches: readonly number[];
  readonly window: Float32Array;
  readonly clock: Clock;
}

const FEWEST_ROUNDS = 5;
const MOST_ROUNDS = 40;
const BUDGET_MS = 3000;

/** @throws RtError asr_failed, resource_exhausted */
export async function timeSteps(request: TimingRequest): Promise<readonly StepTime[]> {
  const times: StepTime[] = [];
  for (const batch of request.batches) times.push(await timeBatch(request, batch));
  return times;
}

/** How many times as fast the delta encoder is: the geometric mean over the batch sizes. */
export function speedUp(times: readonly StepTime[]): number {
  const logs = times.map(({ plainMs, deltaMs }) => Math.log(plainMs / deltaMs));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / Math.max(1, logs.length));
}

async function timeBatch({ plain, delta, window, clock }: TimingRequest, batch: number): Promise<StepTime> {
  const arms = [plain, delta].map((encoder) => ({
    encoder,
    items: Array.from({ length: batch }, () => ({ state: encoder.createState('auto'), features: window })),
    samples: [] as number[],
  }));
  const startMs = clock.nowMs();
  for (let round = 0; round <= MOST_ROUNDS; round++) {
    if (round > FEWEST_ROUNDS && clock.nowMs() - startMs > BUDGET_MS) break;
    for (const { encoder, items, samples } of arms) {
      const beforeMs = clock.nowMs();
      const step = await encoder.encode(items);
      step.adopt();
      // The first round allocates.
      if (round > 0) samples.push(clock.nowMs() - beforeMs);
    }
  }
  const [plainMs = 0, deltaMs = 0] = arms.map(({ samples }) => median(samples));
  return { batch, plainMs, deltaMs };
}

function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}
