/** Loads a Parakeet model, CTC, RNNT or TDT, as a recogniser of whole utterances. */
import { createNemoMel } from '../asr/mel/nemo-mel.ts';
import { readOfflineCard } from '../asr/offline/offline-card.ts';
import { createOfflineEncoder } from '../asr/offline/offline-encoder.ts';
import { createOfflineRecogniser } from '../asr/offline/offline-recogniser.ts';
import {
  createCtcUtteranceDecoder,
  createTransducerUtteranceDecoder,
  type UtteranceDecoder,
} from '../asr/offline/utterance-decoder.ts';
import { findSpecialTokens } from '../asr/special-tokens.ts';
import type { UtteranceRecogniser } from '../asr/utterance-recogniser.ts';
import { expectVocabulary, type Vocabulary } from '../asr/vocabulary.ts';
import type { EngineModel } from '../engine.ts';
import type { TensorInfo } from '../onnx.ts';
import { type GraphShelf, loadFrom } from './graph-shelf.ts';
import { loadJoint } from './load-joint.ts';
import { loadVocabulary } from './load-vocabulary.ts';
import { readNemoConfig } from './nemo-config.ts';
import { type NemoFiles, precisionSuffix } from './nemo-files.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';
import type { Metadata } from './resolve/metadata-values.ts';
import { literalDim } from './resolve/tensor-dims.ts';

export interface LoadedUtteranceModel {
  readonly model: EngineModel;
  readonly recogniser: UtteranceRecogniser;
  release(): Promise<void>;
}

/**
 * Loads the graphs into `shelf`, which is released when that fails.
 * @throws RtError model_invalid naming the file, tensor or metadata key that does not fit
 */
export async function loadOfflineNemo(files: NemoFiles, shelf: GraphShelf): Promise<LoadedUtteranceModel> {
  return loadFrom(shelf, async () => {
    const metadata = await readNemoConfig(await readOnnxMetadata(files.encoder), files.config);
    const vocabulary = await loadVocabulary(files.vocabulary);
    const graph = await shelf.load(files.encoder);
    const card = readOfflineCard(graph, metadata);
    const decoder = await loadUtteranceDecoder(shelf, {
      files,
      metadata,
      vocabulary,
      encoded: card.tensors.encoded,
    });
    const isTransducer = files.joint !== undefined;
    return {
      model: {
        name: `${files.family}${precisionSuffix(files.encoder)}`,
        aliases: [files.family],
        languages: files.languages,
        streaming: false,
        chunkMs: 0,
      },
      recogniser: createOfflineRecogniser({
        card,
        mel: createNemoMel(card.bands),
        encoder: createOfflineEncoder(graph, card, isTransducer),
        decoder,
        vocabulary,
      }),
      release: () => shelf.release(),
    };
  });
}

export interface DecoderSource {
  readonly files: NemoFiles;
  readonly metadata: Metadata;
  readonly vocabulary: Vocabulary;
  /** The encoder's output. */
  readonly encoded: TensorInfo;
}

/** The decoder for what an encoder gives. @throws RtError model_invalid */
export async function loadUtteranceDecoder(
  shelf: GraphShelf,
  source: DecoderSource,
): Promise<UtteranceDecoder> {
  const { files, metadata, vocabulary, encoded } = source;
  if (!files.joint) {
    const classes = literalDim(encoded, 2);
    if (classes !== undefined) expectVocabulary(vocabulary, classes - 1);
    return createCtcUtteranceDecoder(vocabulary.blankId);
  }
  const encodedWidth = literalDim(encoded, 1);
  const { joint, rules } = await loadJoint(shelf, { files: files.joint, metadata, vocabulary, encodedWidth });
  return createTransducerUtteranceDecoder({ joint, rules, special: findSpecialTokens(vocabulary) });
}
