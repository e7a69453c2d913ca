/** Loads a recogniser from its files: metadata first, so that an unfit file is refused before its weights are read. */
import { readFile } from 'node:fs/promises';
import { type Recogniser } from '../asr/recogniser.ts';
import { createCtcDecoder } from '../asr/ctc/ctc-decoder.ts';
import { createPlainEncoder } from '../asr/streaming/plain-encoder.ts';
import { readStreamingCard } from '../asr/streaming/streaming-card.ts';
import { createStreamingRecogniser } from '../asr/streaming/streaming-recogniser.ts';
import { expectVocabulary, parseVocabulary } from '../asr/vocabulary.ts';
import type { EngineModel } from '../engine.ts';
import { type GraphOptions, loadGraph } from '../onnx.ts';
import { findModelFiles } from './model-files.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';

/** A model an engine was asked to serve. */
export interface ModelRequest {
  readonly path: string;
  readonly aliases: readonly string[];
}

export interface LoadedRecogniser {
  readonly model: EngineModel;
  readonly recogniser: Recogniser;
  release(): Promise<void>;
}

/** @throws RtError model_invalid */
export async function loadRecogniser(
  request: ModelRequest,
  options: GraphOptions,
): Promise<LoadedRecogniser> {
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
    recogniser,
    release: () => graph.release(),
  };
}
