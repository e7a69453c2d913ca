/** Which GPUs CUDA may use, by its own variable: CUDA reads it by itself, here it is read to watch the same GPU. */
import type { Environment } from './raw.ts';

/** `CUDA_VISIBLE_DEVICES` as it stands: indices or UUIDs, separated by commas; undefined: all. */
export function visibleCudaDevices(environment: Environment = process.env): string | undefined {
  return environment['CUDA_VISIBLE_DEVICES'];
}
