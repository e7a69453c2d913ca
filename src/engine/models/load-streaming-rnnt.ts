/** Loads a cache-aware streaming transducer: its encoder, its predictor and its joint network. */
import { findSpecialTokens } from '../asr/special-tokens.ts';
import type { Recogniser } from '../asr/recogniser.ts';
import { learnChunk } from '../asr/streaming/learn-chunk.ts';
import { openTransducerEncoder } from '../asr/streaming/open-encoder.ts';
import { createStreamingRecogniser } from '../asr/streaming/streaming-recogniser.ts';
import { createTransducerDecoder } from '../asr/transducer/transducer-decoder.ts';
import type { EngineModel } from '../engine.ts';
import { type GraphShelf, loadFrom } from './graph-shelf.ts';
import { loadJoint } from './load-joint.ts';
import { loadVocabulary } from './load-vocabulary.ts';
import { type NemoFiles, precisionSuffix } from './nemo-files.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';
import { resolveEncoded } from './resolve/encoder-tensors.ts';
import { literalDim } from './resolve/tensor-dims.ts';
import { unfitModel } from './resolve/unfit-model.ts';

export interface LoadedStreamingModel {
  readonly model: EngineModel;
  readonly recogniser: Recogniser;
  release(): Promise<void>;
}

/**
 * Loads the graphs into `shelf`, which is released when that fails.
 * @throws RtError model_invalid naming the file, tensor or metadata key that does not fit
 */
export async function loadStreamingRnnt(files: NemoFiles, shelf: GraphShelf): Promise<LoadedStreamingModel> {
  return loadFrom(shelf, async () => {
    if (!files.joint) throw unfitModel('a transducer needs a predictor and a joint network');
    const said = await readOnnxMetadata(files.encoder);
    const vocabulary = await loadVocabulary(files.vocabulary);
    const graph = await shelf.load(files.encoder);
    const metadata = await learnChunk(graph, said);
    const { encoder, card } = openTransducerEncoder(graph, metadata);
    const encodedWidth = literalDim(resolveEncoded(graph.outputs), card.isFrameLast ? 1 : 2);
    const { joint, rules } = await loadJoint(shelf, {
      files: files.joint,
      metadata,
      vocabulary,
      encodedWidth,
    });
    return {
      model: {
        name: `${files.family}-${card.chunkMs}ms${precisionSuffix(files.encoder)}`,
        aliases: [files.family],
        languages: card.prompts?.languages ?? files.languages,
        streaming: true,
        chunkMs: card.chunkMs,
      },
      recogniser: createStreamingRecogniser({
        encoder,
        decoder: createTransducerDecoder({ joint, rules, special: findSpecialTokens(vocabulary) }),
        vocabulary,
        wordDelayMs: files.wordDelayMs,
      }),
      release: () => shelf.release(),
    };
  });
}
