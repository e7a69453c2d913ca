/** Loads a cache-aware streaming model with a CTC head: one graph and its vocabulary. */
import { createCtcDecoder } from '../asr/ctc/ctc-decoder.ts';
import { openCtcEncoder } from '../asr/streaming/open-encoder.ts';
import { createStreamingRecogniser } from '../asr/streaming/streaming-recogniser.ts';
import { expectVocabulary } from '../asr/vocabulary.ts';
import { type GraphShelf, loadFrom } from './graph-shelf.ts';
import type { LoadedStreamingModel } from './load-streaming-rnnt.ts';
import { loadVocabulary } from './load-vocabulary.ts';
import { type NemoFiles, precisionSuffix } from './nemo-files.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';

/**
 * Loads the graphs into `shelf`, which is released when that fails.
 * @throws RtError model_invalid naming the file, tensor or metadata key that does not fit
 */
export async function loadStreamingCtc(files: NemoFiles, shelf: GraphShelf): Promise<LoadedStreamingModel> {
  return loadFrom(shelf, async () => {
    const metadata = await readOnnxMetadata(files.encoder);
    const vocabulary = await loadVocabulary(files.vocabulary);
    const graph = await shelf.load(files.encoder);
    const { encoder, card } = openCtcEncoder(graph, metadata);
    expectVocabulary(vocabulary, card.vocabularySize);
    return {
      model: {
        name: `${files.family}-${card.chunkMs}ms${precisionSuffix(files.encoder)}`,
        aliases: [files.family],
        languages: files.languages,
        streaming: true,
        chunkMs: card.chunkMs,
      },
      recogniser: createStreamingRecogniser({
        encoder,
        decoder: createCtcDecoder(vocabulary.blankId),
        vocabulary,
        wordDelayMs: files.wordDelayMs,
      }),
      release: () => shelf.release(),
    };
  });
}
