/**
 * What a delta graph says of itself: a cache-aware encoder whose caches hold projected keys and values, one
 * input per layer, and which returns only the rows that are new (docs/engine.md, Delta caches).
 */
import type { Metadata } from '../../models/resolve/metadata-values.ts';
import { positiveInteger } from '../../models/resolve/metadata-values.ts';
import { expectDims, literalDim } from '../../models/resolve/tensor-dims.ts';
import { unfitModel } from '../../models/resolve/unfit-model.ts';
import type { Graph, TensorInfo } from '../../onnx.ts';
import { HOP_SAMPLES } from '../mel/nemo-mel.ts';
import type { WindowShape } from '../recogniser.ts';
import type { RowLayout } from './cache-region.ts';
import { type LanguagePrompts, readLanguagePrompts } from './language-prompts.ts';
import { readGeometry } from './window-geometry.ts';

/** One of the caches: its rows, the inputs they go to and the output that tells the new ones. */
export interface DeltaCache {
  readonly layout: RowLayout;
  /** Names of the inputs, one per group. */
  readonly inputs: readonly string[];
  /** Shape of one stream's input. */
  readonly dims: readonly number[];
  readonly output: string;
}

export interface DeltaCard {
  readonly shape: WindowShape;
  readonly features: TensorInfo;
  readonly encoded: TensorInfo;
  readonly caches: readonly DeltaCache[];
  /** Frames a stream's attention looks back at most. */
  readonly leftFrames: number;
  readonly framesPerStep: number;
  /** Encoded frames come as [width, frames]. */
  readonly isFrameLast: boolean;
  /** Keys are rotated at their position in the stream, which the graph is told. */
  readonly hasPosition: boolean;
  /** Input and table of models that are told the language. */
  readonly prompt: TensorInfo | undefined;
  readonly prompts: LanguagePrompts | undefined;
  readonly maxBatch: number;
  readonly chunkMs: number;
}

/** A CTC model: its encoded frames are log-probabilities. */
export interface DeltaCtcCard extends DeltaCard {
  /** Tokens without the blank. */
  readonly vocabularySize: number;
}

const LAYOUT_KEY = 'cache_layout';
const LAYOUT = 'kv-delta';
const MAX_BATCH = 256;
const MEL_FRAME_MS = 10;

/** Whether a file is a delta graph at all. */
export function isDelta(metadata: Metadata): boolean {
  return metadata.get(LAYOUT_KEY) === LAYOUT;
}

/** @throws RtError model_invalid naming the metadata key or the tensor that does not fit */
export function readDeltaCtcCard(graph: Graph, metadata: Metadata): DeltaCtcCard {
  const card = readDeltaCard(graph, metadata);
  const classes = literalDim(card.encoded, 2);
  const tokens = positiveInteger(metadata, 'vocab_size', classes === undefined ? undefined : classes - 1);
  expectDims(card.encoded, ['B', card.framesPerStep, tokens + 1]);
  return { ...card, isFrameLast: false, vocabularySize: tokens };
}

/**
 * Reads the card of a delta encoder of any head and checks it against the graph.
 * @throws RtError model_invalid naming the metadata key or the tensor that does not fit
 */
export function readDeltaCard(graph: Graph, metadata: Metadata): DeltaCard {
  const features = input(graph, 'audio_signal');
  const [encoded] = graph.outputs;
  if (!encoded) throw unfitModel('it has no output');
  const { bands, windowFrames, shiftFrames, subsampling } = readGeometry({ metadata, features });
  const framesPerStep = shiftFrames / subsampling;
  const leftFrames = positiveInteger(metadata, 'cache_last_channel_dim2');
  const caches = readCaches(graph, metadata, framesPerStep);
  input(graph, 'cache_last_channel_len');
  const prompt = graph.inputs.find(({ name }) => name === 'prompt_index');
  return {
    shape: {
      bands,
      windowFrames,
      shiftFrames,
      cacheFrames: windowFrames - shiftFrames,
      tokenFrameSamples: subsampling * HOP_SAMPLES,
    },
    features,
    encoded,
    caches,
    leftFrames,
    framesPerStep,
    isFrameLast: encoded.shape[2] === framesPerStep && encoded.shape[1] !== framesPerStep,
    hasPosition: readsPosition(graph, metadata),
    prompt,
    prompts: prompt && readLanguagePrompts(metadata),
    maxBatch: Math.min(MAX_BATCH, literalDim(features, 0) ?? MAX_BATCH),
    chunkMs: shiftFrames * MEL_FRAME_MS,
  };
}

function readCaches(graph: Graph, metadata: Metadata, framesPerStep: number): readonly DeltaCache[] {
  const layers = positiveInteger(metadata, 'cache_layers');
  const heads = positiveInteger(metadata, 'cache_heads');
  const headWidth = positiveInteger(metadata, 'cache_head_dim');
  const rows = positiveInteger(metadata, 'cache_last_channel_dim2');
  const width = positiveInteger(metadata, 'cache_last_time_dim2');
  const taps = positiveInteger(metadata, 'cache_last_time_dim3');
  const numbers = Array.from({ length: layers }, (_, layer) => layer);
  const caches: readonly DeltaCache[] = [
    {
      layout: { groups: 2 * layers, heads, rows, width: headWidth },
      inputs: numbers.flatMap((layer) => [`cache_key_${layer}`, `cache_value_${layer}`]),
      dims: [heads, rows, headWidth],
      output: 'cache_key_value_new',
    },
    {
      layout: { groups: layers, heads: 1, rows: taps, width },
      inputs: numbers.map((layer) => `cache_time_${layer}`),
      dims: [taps, width],
      output: 'cache_time_new',
    },
  ];
  for (const { inputs, dims } of caches) {
    for (const name of inputs) expectDims(input(graph, name), ['B', ...dims]);
  }
  expectDims(output(graph, 'cache_key_value_new'), [2 * layers, 'B', heads, framesPerStep, headWidth]);
  expectDims(output(graph, 'cache_time_new'), [layers, 'B', framesPerStep, width]);
  return caches;
}

function readsPosition(graph: Graph, metadata: Metadata): boolean {
  const rope = metadata.get('rope');
  if (rope === undefined) return false;
  if (rope !== 'absolute') throw unfitModel(`metadata key rope is "${rope}", "absolute" is due`);
  input(graph, 'cache_position');
  return true;
}

function input(graph: Graph, name: string): TensorInfo {
  return named(graph.inputs, name);
}

function output(graph: Graph, name: string): TensorInfo {
  return named(graph.outputs, name);
}

function named(infos: readonly TensorInfo[], name: string): TensorInfo {
  const info = infos.find((candidate) => candidate.name === name);
  if (info) return info;
  throw unfitModel(`tensor ${name} is missing (there are: ${infos.map((other) => other.name).join(', ')})`);
}
