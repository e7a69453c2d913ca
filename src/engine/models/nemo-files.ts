/**
 * The files of a model exported from NeMo: an encoder (or, with CTC, the whole of it), the networks of a
 * transducer in one graph or two, and a vocabulary. Two layouts of names are in use.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RtError } from '../../base/errors.ts';
import { type Card, preferredGraph, readCard, verifyModelFile } from './model-files.ts';

export type JointFiles<P> =
  | { readonly kind: 'split'; readonly predictor: P; readonly joiner: P }
  | { readonly kind: 'fused'; readonly decoderJoint: P };

/** `P`: a name in the folder, or a path. */
export interface NemoFileSet<P> {
  readonly encoder: P;
  /** Undefined for CTC. */
  readonly joint: JointFiles<P> | undefined;
  readonly vocabulary: P;
  readonly config: P | undefined;
}

export interface NemoFiles extends NemoFileSet<string> {
  /** Name from the card, else from the folder. */
  readonly family: string;
  readonly languages: readonly string[];
  /** From the card; 0 where it says nothing. */
  readonly wordDelayMs: number;
}

const GRAPH = /^(encoder|decoder_joint|decoder|joiner|model)(?:-model)?(.*)\.onnx$/;
const VOCABULARIES = ['tokens.txt', 'vocab.txt', 'tokenizer.json', 'tokenizer.model'];

/**
 * Chooses among the names in a folder. Where there are several precisions, the one of `chosen`, else the full one.
 * @throws RtError model_invalid naming what is missing
 */
export function pickNemoFiles(names: readonly string[], chosen?: string): NemoFileSet<string> {
  const encoder = chosen ?? pickGraph(names, 'encoder', '') ?? pickGraph(names, 'model', '');
  if (encoder === undefined) throw missing('encoder.onnx, encoder-model.onnx or model.onnx', names);
  const precision = GRAPH.exec(encoder)?.[2] ?? '';
  const [decoderJoint, predictor, joiner] = (['decoder_joint', 'decoder', 'joiner'] as const).map((stem) =>
    pickGraph(names, stem, precision),
  );
  const vocabulary = VOCABULARIES.find((name) => names.includes(name));
  if (vocabulary === undefined) throw missing(VOCABULARIES.join(', '), names);
  return {
    encoder,
    joint: pickJoint({ encoder, decoderJoint, predictor, joiner }, names),
    vocabulary,
    config: names.find((name) => name === 'config.json'),
  };
}

/**
 * Resolves `path`, a folder or the encoder in one, and verifies each file against the card beside it.
 * @throws RtError model_invalid
 */
export async function findNemoFiles(path: string): Promise<NemoFiles> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new RtError('model_invalid', `The model ${path} does not exist`, {
      cause,
      hint: 'Pass --model with the path of an .onnx file or of a folder that holds one.',
    });
  });
  const folder = info.isDirectory() ? path : dirname(path);
  const card = await readCard(join(folder, 'card.json'));
  const picked = pickNemoFiles(
    await readdir(folder),
    info.isDirectory() ? defaultGraph(card) : basename(path),
  );
  const { encoder, joint, vocabulary, config } = picked;
  const at = (name: string): string => join(folder, name);
  const files: NemoFiles = {
    family: card.name ?? basename(folder),
    languages: card.languages ?? [],
    wordDelayMs: card.word_delay_ms ?? 0,
    encoder: at(encoder),
    joint: joint && locate(joint, at),
    vocabulary: at(vocabulary),
    config: config === undefined ? undefined : at(config),
  };
  for (const each of [...graphPaths(files), files.vocabulary]) await verifyModelFile(each);
  return files;
}

/** Undefined when the card names none: then the file names decide. */
function defaultGraph(card: Card): string | undefined {
  return card.default === undefined ? undefined : preferredGraph(card);
}

function locate(joint: JointFiles<string>, at: (name: string) => string): JointFiles<string> {
  return joint.kind === 'split'
    ? { kind: 'split', predictor: at(joint.predictor), joiner: at(joint.joiner) }
    : { kind: 'fused', decoderJoint: at(joint.decoderJoint) };
}

/** The encoder and what decodes what it gives. */
export function graphPaths({ encoder, joint }: Pick<NemoFiles, 'encoder' | 'joint'>): readonly string[] {
  if (!joint) return [encoder];
  return joint.kind === 'split' ? [encoder, joint.predictor, joint.joiner] : [encoder, joint.decoderJoint];
}

function pickJoint(
  graphs: Readonly<Record<'encoder', string>> &
    Readonly<Record<'decoderJoint' | 'predictor' | 'joiner', string | undefined>>,
  names: readonly string[],
): JointFiles<string> | undefined {
  const { encoder, decoderJoint, predictor, joiner } = graphs;
  // A graph that is no encoder is a model by itself: it may lie beside a transducer.
  if (GRAPH.exec(encoder)?.[1] !== 'encoder') return undefined;
  if (decoderJoint !== undefined) return { kind: 'fused', decoderJoint };
  if (predictor !== undefined && joiner !== undefined) return { kind: 'split', predictor, joiner };
  throw missing('decoder.onnx and joiner.onnx, or decoder_joint-model.onnx', names);
}

/** The graph of this stem and precision; another precision is better than none. */
function pickGraph(names: readonly string[], stem: string, precision: string): string | undefined {
  const graphs = names.filter((name) => GRAPH.exec(name)?.[1] === stem);
  const exact = graphs.find((name) => GRAPH.exec(name)?.[2] === precision);
  return exact ?? graphs.toSorted((a, b) => a.length - b.length)[0];
}

function missing(what: string, names: readonly string[]): RtError {
  return new RtError('model_invalid', `The model lacks ${what} (there are: ${names.join(', ')})`, {
    hint: 'docs/engine.md lists the files each model family needs.',
  });
}

/** What a model's name ends with where its graph is not of full precision: `-int8` for `encoder.int8.onnx`. */
export function precisionSuffix(path: string): string {
  const precision = /\bint8\b|\bfp16\b/.exec(basename(path))?.[0];
  return precision === undefined ? '' : `-${precision}`;
}
