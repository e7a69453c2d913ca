/** Loads a Whisper folder: the JSON files first, so that an unfit one is refused before weights are read. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SAMPLE_RATE } from '../../../audio/frame.ts';
import { RtError } from '../../../base/errors.ts';
import { type Graph, type GraphOptions, loadGraph } from '../../onnx.ts';
import type { UtteranceRecogniser } from '../utterance-recogniser.ts';
import { cacheShape, type DecoderGraph, readDecoderGraph } from './decoder-card.ts';
import { type JsonFile, parseJsonFile } from './json-fields.ts';
import { readWhisperCard, type WhisperCard } from './whisper-card.ts';
import { createWhisperDecoder } from './whisper-decoder.ts';
import { createWhisperEncoder, ENCODER_FRAMES } from './whisper-encoder.ts';
import type { DecoderFiles, WhisperFiles } from './whisper-files.ts';
import { createWhisperMel, MEL_FRAMES } from './whisper-mel.ts';
import { createWhisperRecogniser, type WhisperBehaviour, type WhisperParts } from './whisper-recogniser.ts';

export interface WhisperOptions extends GraphOptions {
  /** Default: [0.4, 0.8]. Empty for none. */
  readonly fallbackTemperatures?: readonly number[];
}

export interface LoadedWhisper {
  /** Folder name and precision, for example `whisper-base-int8`. */
  readonly name: string;
  /** BCP 47 languages it knows. */
  readonly languages: readonly string[];
  /** True when word times come from attention; else they are spread over the model's segments. */
  readonly hasAlignedWords: boolean;
  readonly recogniser: UtteranceRecogniser;
  release(): Promise<void>;
}

const MAX_NEW_TOKENS = 224;
/** One mild and one strong shake: each attempt makes the speaker wait. */
const FALLBACK_TEMPERATURES: readonly number[] = [0.4, 0.8];
const MAX_BATCH = 8;
/** The keys and values of the audio are the bulk of a stream: 61 MB for large-v3-turbo. */
const MAX_BATCH_CACHE_BYTES = 512 * 2 ** 20;

/** @throws RtError model_invalid naming the file, field or tensor that does not fit */
export async function loadWhisper(files: WhisperFiles, options: WhisperOptions): Promise<LoadedWhisper> {
  const { parts, takesBatches, release } = await loadWhisperParts(files, options);
  const { card, decoder } = parts;
  const behaviour: WhisperBehaviour = {
    maxBatch: takesBatches ? batchWithin(MAX_BATCH_CACHE_BYTES, card) : 1,
    maxNewTokens: Math.min(MAX_NEW_TOKENS, Math.floor(card.maxTokens / 2)),
    fallbackTemperatures: options.fallbackTemperatures ?? FALLBACK_TEMPERATURES,
  };
  return {
    name: basename(files.folder) + (files.precision === undefined ? '' : `-${files.precision}`),
    languages: card.tokens.languages.size === 0 ? ['en'] : [...card.tokens.languages.keys()],
    hasAlignedWords: decoder.showsAttention,
    recogniser: createWhisperRecogniser(parts, behaviour),
    release,
  };
}

export interface LoadedParts {
  readonly parts: WhisperParts;
  /** False when one of the graphs has its batch axis fixed at 1. */
  readonly takesBatches: boolean;
  readonly release: () => Promise<void>;
}

/**
 * The parts alone, for whoever decodes without the recogniser's judgement.
 * @throws RtError model_invalid
 */
export async function loadWhisperParts(files: WhisperFiles, options: GraphOptions): Promise<LoadedParts> {
  const card = await readCard(files.folder);
  const loaded: Graph[] = [];
  const load = async (path: string): Promise<Graph> => {
    const graph = await loadGraph(path, options);
    loaded.push(graph);
    return graph;
  };
  const release = async (): Promise<void> => {
    await Promise.all(loaded.map((graph) => graph.release()));
  };
  try {
    const encoder = createWhisperEncoder(await load(files.encoderPath), card);
    const { first, next } = await loadDecoder(files.decoder, { card, load });
    const { alignmentHeads } = card;
    const decoder = createWhisperDecoder({ first, next, cache: cacheShape(card), alignmentHeads });
    const parts: WhisperParts = { card, mel: createWhisperMel(card.bands), encoder, decoder };
    await expectNumbers(parts);
    return { parts, takesBatches: [encoder, first, next].every((part) => part.takesBatches), release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function readCard(folder: string): Promise<WhisperCard> {
  const read = async (name: string): Promise<JsonFile> => {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new RtError('model_invalid', `Cannot read ${path}`, { cause });
    });
    return parseJsonFile(path, text);
  };
  return readWhisperCard({
    config: await read('config.json'),
    generation: await read('generation_config.json'),
    tokenizer: await read('tokenizer.json'),
  });
}

async function loadDecoder(
  files: DecoderFiles,
  { card, load }: { readonly card: WhisperCard; readonly load: (path: string) => Promise<Graph> },
): Promise<{ readonly first: DecoderGraph; readonly next: DecoderGraph }> {
  if (files.kind === 'merged') {
    const merged = readDecoderGraph(await load(files.path), 'merged', card);
    return { first: merged, next: merged };
  }
  return {
    first: readDecoderGraph(await load(files.firstPath), 'first', card),
    next: readDecoderGraph(await load(files.nextPath), 'next', card),
  };
}

function batchWithin(bytes: number, { decoderLayers, width }: WhisperCard): number {
  const streamBytes = decoderLayers * 2 * ENCODER_FRAMES * width * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(bytes / streamBytes)));
}

/** A second of a rising tone at half of full scale: louder than speech, so what overflows shows. */
const PROBE: Float32Array = Float32Array.from(
  { length: SAMPLE_RATE },
  (_, i) => 0.5 * Math.sin((Math.PI * 4000 * i * i) / SAMPLE_RATE ** 2),
);

/**
 * A first and a later step: some half-precision exports compute NaN with some providers, and a session should
 * not be the first to see it.
 */
async function expectNumbers({ card, mel, encoder, decoder }: WhisperParts): Promise<void> {
  const features = new Float32Array(card.bands * MEL_FRAMES);
  mel.compute(PROBE, features);
  const run = decoder.begin(await encoder.encode(features, 1));
  for (let step = 0; step < 2; step++) {
    const output = await run.step([[card.tokens.startOfTranscript]]);
    if (!output.logits(0, 0).some(Number.isNaN)) continue;
    throw new RtError('model_invalid', 'The Whisper model computes values that are not numbers', {
      hint: 'Take another precision of it, float32 if there is one.',
    });
  }
}
