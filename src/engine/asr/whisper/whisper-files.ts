/**
 * The files of a Whisper folder as Optimum exports and the hub publishes them: JSON files at the top, the
 * graphs beside them or in `onnx/`, each in several precisions told apart by a suffix.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RtError } from '../../../base/errors.ts';

/** A decoder in one graph, switched between its first and its later steps, or in two. */
export type DecoderFiles =
  | { readonly kind: 'merged'; readonly path: string }
  | { readonly kind: 'pair'; readonly firstPath: string; readonly nextPath: string };

export interface WhisperFiles {
  readonly folder: string;
  readonly encoderPath: string;
  readonly decoder: DecoderFiles;
  /** Suffix of the decoder's precision, for example `int8`; undefined for float32. */
  readonly precision: string | undefined;
}

/** Suffixes of file names, best on a CPU first: half precision is converted back there at every step. */
const SUFFIXES = ['', '_quantized', '_int8', '_uint8', '_q4', '_bnb4', '_fp16', '_q4f16'] as const;
const JSON_FILES = ['config.json', 'generation_config.json', 'tokenizer.json'];
const MERGED = 'decoder_model_merged';
const PAIR = ['decoder_model', 'decoder_with_past_model'] as const;

/** True when a folder's files, as paths relative to it, are laid out like a Whisper export. */
export function isWhisperFolder(listing: readonly string[]): boolean {
  return JSON_FILES.every((name) => listing.includes(name)) && locate(listing, undefined) !== undefined;
}

/**
 * Finds the graphs of a folder.
 * @param precision suffix to take (`fp16`, `quantized`, `q4` …, `fp32` for none); the best there is when absent
 * @throws RtError model_invalid naming what is missing
 */
export async function findWhisperFiles(folder: string, precision?: string): Promise<WhisperFiles> {
  const listing = await list(folder);
  const missing = JSON_FILES.find((name) => !listing.includes(name));
  if (missing !== undefined) throw incomplete(`${join(folder, missing)} is missing`);
  const found = locate(listing, precision);
  if (found === undefined) {
    const graphs = listing.filter((name) => name.endsWith('.onnx')).join(', ') || 'none';
    const wanted = precision === undefined ? '' : ` in ${precision}`;
    throw incomplete(`${folder} has no encoder with a decoder${wanted} (graphs there: ${graphs})`);
  }
  const { encoder, decoder, suffix } = found;
  return {
    folder,
    encoderPath: join(folder, encoder),
    decoder:
      decoder.length === 1
        ? { kind: 'merged', path: join(folder, decoder[0]) }
        : { kind: 'pair', firstPath: join(folder, decoder[0]), nextPath: join(folder, decoder[1]) },
    precision: suffix === '' ? undefined : suffix.slice(1),
  };
}

interface Located {
  readonly encoder: string;
  readonly decoder: readonly [merged: string] | readonly [first: string, next: string];
  readonly suffix: string;
}

/** Encoder and decoder are chosen apart: hubs often publish one of them in fewer precisions. */
function locate(listing: readonly string[], precision: string | undefined): Located | undefined {
  const suffixes = precision === undefined ? SUFFIXES : [precision === 'fp32' ? '' : `_${precision}`];
  const has = (name: string): string | undefined =>
    [`${name}.onnx`, `onnx/${name}.onnx`].find((path) => listing.includes(path));
  const encoder = suffixes.map((suffix) => has(`encoder_model${suffix}`)).find((path) => path !== undefined);
  if (encoder === undefined) return undefined;
  for (const suffix of suffixes) {
    const merged = has(MERGED + suffix);
    if (merged !== undefined) return { encoder, decoder: [merged], suffix };
    const [first, next] = PAIR.map((name) => has(name + suffix));
    if (first !== undefined && next !== undefined) return { encoder, decoder: [first, next], suffix };
  }
  return undefined;
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    const top = await readdir(folder);
    const graphs = top.includes('onnx') ? await readdir(join(folder, 'onnx')) : [];
    return [...top, ...graphs.map((name) => `onnx/${name}`)];
  } catch (cause) {
    throw new RtError('model_invalid', `Cannot read the model folder ${folder}`, { cause });
  }
}

function incomplete(what: string): RtError {
  return new RtError('model_invalid', `Not a whole Whisper folder: ${what}`, {
    hint: 'It needs config.json, generation_config.json, tokenizer.json, an encoder_model and a decoder_model_merged (or decoder_model with decoder_with_past_model).',
  });
}
