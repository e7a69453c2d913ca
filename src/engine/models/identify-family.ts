/** Tells which family of NeMo exports a model is of, from its file names and its main graph. */
import type { TensorInfo } from '../onnx.ts';

export type NemoFamily = 'streaming-ctc' | 'streaming-transducer' | 'offline-ctc' | 'offline-transducer';

export interface FamilyEvidence {
  /** Names in the model's folder. */
  readonly names: readonly string[];
  /** Of the main graph. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly TensorInfo[];
}

/** Undefined for a graph that takes no features. */
export function identifyFamily({ names, metadata, inputs }: FamilyEvidence): NemoFamily | undefined {
  const hasFeatures = inputs.some(({ type, shape }) => type === 'float32' && shape.length === 3);
  const hasLength = inputs.some(({ type, shape }) => /^int/.test(type) && shape.length === 1);
  if (!hasFeatures || !hasLength) return undefined;
  const hasCaches =
    metadata.has('cache_layout') ||
    inputs.some(({ name, shape }) => shape.length === 4 || /^cache_/.test(name));
  const isTransducer = names.some((name) => /^(?:joiner|decoder_joint).*\.onnx$/.test(name));
  return `${hasCaches ? 'streaming' : 'offline'}-${isTransducer ? 'transducer' : 'ctc'}`;
}
