/** Runs an encoder over whole utterances of different lengths: shorter ones are padded with zeros. */
import type { Graph } from '../../onnx.ts';
import { integerTensor } from '../integer-tensor.ts';
import type { EncodedFrames } from '../streaming/streaming-encoder.ts';
import type { OfflineCard } from './offline-card.ts';

export interface EncodedUtterances {
  readonly encoded: EncodedFrames;
  /** Frames of each row that are not padding. */
  readonly frames: readonly number[];
}

export interface OfflineEncoder {
  readonly maxBatch: number;
  /** @param features per utterance, frame by frame, at least one frame each */
  encode(features: readonly Float32Array[]): Promise<EncodedUtterances>;
}

/** @param isFrameLast whether encoded frames come as [width, frames], as a transducer's do */
export function createOfflineEncoder(graph: Graph, card: OfflineCard, isFrameLast: boolean): OfflineEncoder {
  const { tensors, bands, subsampling } = card;
  const lengthOutput = graph.outputs.find(({ type }) => type === 'int64' || type === 'int32')?.name;
  return {
    maxBatch: card.maxBatch,
    async encode(features) {
      const lengths = features.map((each) => each.length / bands);
      const longest = Math.max(...lengths);
      const outputs = await graph.run({
        [tensors.features.name]: {
          type: 'float32',
          dims: [features.length, bands, longest],
          data: arrangePadded(features, { bands, frames: longest }),
        },
        [tensors.featureLength.name]: integerTensor(tensors.featureLength, lengths),
      });
      const { data, dims } = outputs[tensors.encoded.name] ?? { data: new Float32Array(0), dims: [] };
      const [rows = 0, second = 0, third = 0] = dims;
      const [frames, width] = isFrameLast ? [third, second] : [second, third];
      const told = lengthOutput === undefined ? undefined : outputs[lengthOutput]?.data;
      return {
        encoded: { data: data as Float32Array, rows, frames, width, isFrameLast },
        frames: lengths.map((length, row) =>
          Math.min(frames, Number(told?.[row] ?? Math.ceil(length / subsampling))),
        ),
      };
    },
  };
}

/** [utterances, bands, frames] with zeros behind the end of shorter ones. */
function arrangePadded(
  features: readonly Float32Array[],
  { bands, frames }: { readonly bands: number; readonly frames: number },
): Float32Array {
  const arranged = new Float32Array(features.length * bands * frames);
  for (const [row, own] of features.entries()) {
    const base = row * bands * frames;
    for (let i = 0; i < own.length; i++) {
      arranged[base + (i % bands) * frames + Math.floor(i / bands)] = own[i] as number;
    }
  }
  return arranged;
}
