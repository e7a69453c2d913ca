/** Loads a model from its files: metadata first, so that an unfit file is refused before its weights are read. */
import { readFile } from 'node:fs/promises';
import { createCtcDecoder } from '../asr/ctc/ctc-decoder.ts';
import { createNemoMel } from '../asr/mel/nemo-mel.ts';
import { createPlainEncoder } from '../asr/streaming/plain-encoder.ts';
import { readStreamingCard } from '../asr/streaming/streaming-card.ts';
import { createStreamingRecogniser } from '../asr/streaming/streaming-recogniser.ts';
import { expectVocabulary, parseVocabulary } from '../asr/vocabulary.ts';
import type { EngineModel } from '../engine.ts';
import { type GraphOptions, loadGraph } from '../onnx.ts';
import type { Recognition } from '../session/recognition.ts';
import { findModelFiles } from './model-files.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';

/** A model an engine was asked to serve. */
export interface ModelRequest {
  readonly path: string;
  readonly aliases: readonly string[];
}

export interface LoadedModel {
  readonly model: EngineModel;
  readonly recognition: Recognition;
  release(): Promise<void>;
}

/** @throws RtError model_invalid */
export async function loadModel(request: ModelRequest, options: GraphOptions): Promise<LoadedModel> {
  const files = await findModelFiles(request.path);
  const metadata = await readOnnxMetadata(files.graphPath);
  const vocabulary = parseVocabulary(await readFile(files.vocabularyPath, 'utf8'));
  const graph = await loadGraph(files.graphPath, options);
  const card = readStreamingCard(graph, metadata);
  expectVocabulary(vocabulary, card.vocabularySize);
  const recogniser = createStreamingRecogniser({
    encoder: createPlainEncoder(graph, card),
    decoder: createCtcDecoder(vocabulary.blankId),
    vocabulary,
  });
  const int8 = /int8/.test(files.graphPath) ? '-int8' : '';
  return {
    model: {
      name: `${files.family}-${card.chunkMs}ms${int8}`,
      aliases: [...new Set([files.family, ...request.aliases])],
      languages: files.languages,
      streaming: true,
      chunkMs: card.chunkMs,
    },
    recognition: { kind: 'streaming', recogniser, mel: createNemoMel(card.shape.bands) },
    release: () => graph.release(),
  };
}
