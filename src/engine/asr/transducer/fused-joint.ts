/**
 * Predictor and joint network in one graph (`decoder_joint`). It computes the predictor anew in every run,
 * from the last token and the states before it; the states it gives back count once the next token is said.
 */
import {
  agreeOnWidth,
  type PredictorTensors,
  resolveEncodedInput,
  resolvePredictor,
} from '../../models/resolve/joint-tensors.ts';
import type { Metadata } from '../../models/resolve/metadata-values.ts';
import { literalDim, maxBatchOf } from '../../models/resolve/tensor-dims.ts';
import type { Graph, Tensor, TensorInfo } from '../../onnx.ts';
import { gatherFrames, zeroFrames } from './frame-gather.ts';
import type { Joint, JointRequest } from './joint.ts';
import { emptyStates, feedPredictor, type PredictorItem, readStates } from './predictor-feeds.ts';

export interface FusedGraphs {
  readonly decoderJoint: Graph;
  readonly metadata: Metadata;
  readonly blankId: number;
  /** Width of the encoder's frames, where its graph says it. */
  readonly encodedWidth: number | undefined;
}

/** The last token and the states before it. */
export type FusedMemory = PredictorItem;

/** @throws RtError model_invalid naming the tensor; asr_failed when the graph does not run */
export async function createFusedJoint(graphs: FusedGraphs): Promise<Joint<FusedMemory>> {
  const { decoderJoint } = graphs;
  const encoded = resolveEncodedInput(decoderJoint);
  const inputs = decoderJoint.inputs.filter((info) => info !== encoded);
  const predictor = resolvePredictor({ inputs, outputs: decoderJoint.outputs }, graphs.metadata);
  const encodedWidth = agreeOnWidth(encoded, graphs.encodedWidth);
  const run = createRun(decoderJoint, { encoded, predictor });
  const start = { token: graphs.blankId, states: emptyStates(predictor) };
  const fixedFrames = literalDim(encoded, 2);
  const probe = await run(zeroFrames<FusedMemory>(start, encodedWidth, fixedFrames ?? 1));
  return {
    width: scoresOf(predictor, probe).length / (fixedFrames ?? 1),
    maxBatch: maxBatchOf([
      [encoded, 0],
      [predictor.targets, 0],
      ...predictor.states.map(({ input }) => [input, 1] as const),
    ]),
    fixedFrames,
    start,
    async score(request) {
      const outputs = await run(request);
      return {
        data: scoresOf(predictor, outputs),
        extend: (tokens) =>
          Promise.resolve(
            tokens.map(({ item, id }) => ({ token: id, states: readStates(predictor, outputs, item) })),
          ),
      };
    },
  };
}

function createRun(
  graph: Graph,
  tensors: { readonly encoded: TensorInfo; readonly predictor: PredictorTensors },
): (request: JointRequest<FusedMemory>) => Promise<Readonly<Record<string, Tensor>>> {
  return (request) => {
    const { items, frames, encoded } = request;
    return graph.run({
      ...feedPredictor(
        tensors.predictor,
        items.map(({ memory }) => memory),
      ),
      [tensors.encoded.name]: {
        type: 'float32',
        dims: [items.length, encoded.width, frames],
        data: gatherFrames(request),
      },
    });
  };
}

function scoresOf(tensors: PredictorTensors, outputs: Readonly<Record<string, Tensor>>): Float32Array {
  return outputs[tensors.first.name]?.data as Float32Array;
}
