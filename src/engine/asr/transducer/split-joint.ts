/**
 * A predictor and a joint network in graphs of their own, as exported for sherpa-onnx. What the predictor
 * said after a stream's last token is kept, so frames without tokens cost the joint network alone.
 */
import {
  agreeOnWidth,
  type JoinerTensors,
  type PredictorTensors,
  resolveJoiner,
  resolvePredictor,
} from '../../models/resolve/joint-tensors.ts';
import type { Metadata } from '../../models/resolve/metadata-values.ts';
import { literalDim, maxBatchOf } from '../../models/resolve/tensor-dims.ts';
import type { Graph } from '../../onnx.ts';
import { gatherFrames, zeroFrames } from './frame-gather.ts';
import type { Joint, JointRequest } from './joint.ts';
import {
  emptyStates,
  feedPredictor,
  type PredictorItem,
  type PredictorStates,
  readStates,
} from './predictor-feeds.ts';

export interface SplitMemory {
  /** What the joint network takes. */
  readonly predicted: Float32Array;
  /** States after the last token. */
  readonly states: PredictorStates;
}

export interface SplitGraphs {
  readonly predictor: Graph;
  readonly joiner: Graph;
  readonly metadata: Metadata;
  readonly blankId: number;
  /** Width of the encoder's frames, where its graph says it. */
  readonly encodedWidth: number | undefined;
}

/**
 * Lets the predictor say its word before any token, which is the same for every stream, and tries the two
 * graphs on one frame.
 * @throws RtError model_invalid naming the tensor; asr_failed when the graphs do not run together
 */
export async function createSplitJoint(graphs: SplitGraphs): Promise<Joint<SplitMemory>> {
  const predictor = resolvePredictor(graphs.predictor, graphs.metadata);
  const joiner = resolveJoiner(graphs.joiner);
  const encodedWidth = agreeOnWidth(joiner.encoded, graphs.encodedWidth);
  const predict = createPredictor(graphs.predictor, predictor);
  const score = createScorer(graphs.joiner, joiner);
  const [start] = await predict([{ token: graphs.blankId, states: emptyStates(predictor) }]);
  const memory = start as SplitMemory;
  const fixedFrames = literalDim(joiner.encoded, 2);
  const probe = await score(zeroFrames(memory, encodedWidth, fixedFrames ?? 1));
  return {
    width: probe.length / (fixedFrames ?? 1),
    maxBatch: maxBatchOf([
      [joiner.encoded, 0],
      [predictor.targets, 0],
      ...predictor.states.map(({ input }) => [input, 1] as const),
    ]),
    fixedFrames,
    start: memory,
    async score(request) {
      const data = await score(request);
      const { items } = request;
      return {
        data,
        extend: (tokens) =>
          predict(tokens.map(({ item, id }) => ({ token: id, states: items[item]!.memory.states }))),
      };
    },
  };
}

function createPredictor(
  graph: Graph,
  tensors: PredictorTensors,
): (items: readonly PredictorItem[]) => Promise<readonly SplitMemory[]> {
  return async (items) => {
    const outputs = await graph.run(feedPredictor(tensors, items));
    const predicted = outputs[tensors.first.name]?.data as Float32Array;
    const width = predicted.length / items.length;
    return items.map((_, row) => ({
      predicted: predicted.subarray(row * width, (row + 1) * width),
      states: readStates(tensors, outputs, row),
    }));
  };
}

function createScorer(
  graph: Graph,
  tensors: JoinerTensors,
): (request: JointRequest<SplitMemory>) => Promise<Float32Array> {
  return async (request) => {
    const { items, frames, encoded } = request;
    const predicted = joinPredicted(items.map(({ memory }) => memory.predicted));
    const width = predicted.length / items.length;
    const outputs = await graph.run({
      [tensors.encoded.name]: {
        type: 'float32',
        dims: [items.length, encoded.width, frames],
        data: gatherFrames(request),
      },
      [tensors.predicted.name]: { type: 'float32', dims: [items.length, width, 1], data: predicted },
    });
    return outputs[tensors.scores.name]?.data as Float32Array;
  };
}

function joinPredicted(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const joined = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) joined.set(row, i * width);
  return joined;
}
