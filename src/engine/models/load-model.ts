/** Loads a model of any family from its files; a file that fits none is refused before its weights are read. */
import { stat, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createNemoMel } from '../asr/mel/nemo-mel.ts';
import { loadWhisper } from '../asr/whisper/load-whisper.ts';
import { findWhisperFiles, isWhisperFolder } from '../asr/whisper/whisper-files.ts';
import type { EngineModel } from '../engine.ts';
import { type GraphOptions, loadGraph } from '../onnx.ts';
import type { Recognition } from '../session/recognition.ts';
import { identifyFamily, type NemoFamily } from './identify-family.ts';
import { loadOfflineNemo } from './load-offline-nemo.ts';
import { loadStreamingCtc } from './load-streaming-ctc.ts';
import { loadStreamingRnnt } from './load-streaming-rnnt.ts';
import { findNemoFiles, type NemoFiles } from './nemo-files.ts';
import { readOnnxMetadata } from './onnx-metadata.ts';
import { unfitModel } from './resolve/unfit-model.ts';

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

/** @throws RtError model_invalid naming the file, tensor or metadata key that does not fit */
export async function loadModel(request: ModelRequest, options: GraphOptions): Promise<LoadedModel> {
  const { path, aliases } = request;
  const loaded = (await isWhisper(path))
    ? await loadWhisperModel(path, options)
    : await loadNemo(path, options);
  const { model } = loaded;
  return { ...loaded, model: { ...model, aliases: [...new Set([...model.aliases, ...aliases])] } };
}

async function isWhisper(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory() !== true) return false;
  const listing = await readdir(path, { recursive: true });
  return isWhisperFolder(listing.map((name) => name.replaceAll('\\', '/')));
}

async function loadWhisperModel(path: string, options: GraphOptions): Promise<LoadedModel> {
  const whisper = await loadWhisper(await findWhisperFiles(path), options);
  const { name, languages, recogniser } = whisper;
  return {
    model: { name, aliases: [basename(path)], languages, streaming: false, chunkMs: 0 },
    recognition: { kind: 'utterance', recogniser },
    release: () => whisper.release(),
  };
}

async function loadNemo(path: string, options: GraphOptions): Promise<LoadedModel> {
  const files = await findNemoFiles(path);
  const family = await familyOf(files, options);
  if (family === 'offline-ctc' || family === 'offline-transducer') {
    const offline = await loadOfflineNemo(files, options);
    const { model, recogniser } = offline;
    return { model, recognition: { kind: 'utterance', recogniser }, release: () => offline.release() };
  }
  const load = family === 'streaming-ctc' ? loadStreamingCtc : loadStreamingRnnt;
  const streaming = await load(files, options);
  const { model, recogniser } = streaming;
  const mel = createNemoMel(recogniser.shape.bands);
  return { model, recognition: { kind: 'streaming', recogniser, mel }, release: () => streaming.release() };
}

/** Keys that only exports with caches have. */
const STREAMING_KEYS = ['cache_layout', 'cache_last_channel_dim1', 'chunk_size_output_frames', 'chunk_shift'];

/** From what the file says of itself; a file that says nothing is loaded once more to be looked at. */
async function familyOf(files: NemoFiles, options: GraphOptions): Promise<NemoFamily> {
  const metadata = await readOnnxMetadata(files.encoder);
  const head = files.joint === undefined ? 'ctc' : 'transducer';
  if (STREAMING_KEYS.some((key) => metadata.has(key))) return `streaming-${head}`;
  if (files.config !== undefined) return `offline-${head}`;
  const graph = await loadGraph(files.encoder, options);
  const family = identifyFamily({
    names: await readdir(dirname(files.encoder)),
    metadata,
    inputs: graph.inputs,
  });
  await graph.release();
  if (!family) throw unfitModel(`${basename(files.encoder)} takes no features`);
  return family;
}
