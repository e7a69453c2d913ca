/** Loads a model of any family from its files; a file that fits none is refused before its weights are read. */
import { stat, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { createNemoMel } from '../asr/mel/nemo-mel.ts';
import { loadWhisper } from '../asr/whisper/load-whisper.ts';
import { findWhisperFiles, isWhisperFolder } from '../asr/whisper/whisper-files.ts';
import type { EngineModel } from '../engine.ts';
import type { GraphOptions } from '../onnx.ts';
import type { Recognition } from '../session/recognition.ts';
import { createGraphShelf, type GraphShelf, loadFrom } from './graph-shelf.ts';
import { type Identity, identifyModel } from './identify-model.ts';
import { loadOfflineNemo } from './load-offline-nemo.ts';
import { loadStreamingCtc } from './load-streaming-ctc.ts';
import { loadStreamingRnnt } from './load-streaming-rnnt.ts';
import { readNemoConfig } from './nemo-config.ts';
import { findNemoFiles, graphPaths, type NemoFiles } from './nemo-files.ts';
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
  const shelf = createGraphShelf(options);
  const { family, decoder } = await loadFrom(shelf, () => identifyNemo(files, shelf));
  if (family === 'parakeet-segment') {
    const offline = await loadOfflineNemo(files, shelf);
    const { model, recogniser } = offline;
    return { model, recognition: { kind: 'utterance', recogniser }, release: () => offline.release() };
  }
  const load = decoder === 'ctc' ? loadStreamingCtc : loadStreamingRnnt;
  const streaming = await load(files, shelf);
  const { model, recogniser } = streaming;
  const mel = createNemoMel(recogniser.shape.bands);
  return { model, recognition: { kind: 'streaming', recogniser, mel }, release: () => streaming.release() };
}

/** From what the files say of themselves; a graph that says nothing is loaded, which the loader needs anyway. */
async function identifyNemo(files: NemoFiles, shelf: GraphShelf): Promise<Identity> {
  const metadata = await readNemoConfig(await readOnnxMetadata(files.encoder), files.config);
  const modelType = metadata.get('config_model_type');
  const evidence = { names: graphPaths(files).map((path) => basename(path)), metadata, modelType };
  const told = identifyModel(evidence);
  const found = told ?? identifyModel({ ...evidence, inputs: (await shelf.load(files.encoder)).inputs });
  if (!found) throw unfitModel(`${basename(files.encoder)} takes no features`);
  if (found.family !== 'parakeet-segment' && found.family !== 'fastconformer-cache') {
    throw unfitModel(
      `${basename(files.encoder)} is of the family ${found.family}, which no loader reads from it`,
    );
  }
  return found;
}
