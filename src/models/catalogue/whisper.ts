/** Whisper with a merged decoder, in the layout of transformers.js: whole utterances, many languages. */
import type { CatalogueEntry } from '../catalogue-entry.ts';

interface Variant {
  readonly id: string;
  readonly repo: string;
  readonly mel: 80 | 128;
  readonly languages: readonly string[];
  /** Sizes of encoder and merged decoder where pages state them. */
  readonly aboutMb?: readonly [encoder: number, decoder: number];
  readonly quality?: string;
}

const VARIANTS: readonly Variant[] = [
  { id: 'whisper-tiny', repo: 'onnx-community/whisper-tiny', mel: 80, languages: [] },
  { id: 'whisper-tiny.en', repo: 'onnx-community/whisper-tiny.en', mel: 80, languages: ['en'] },
  {
    ...{ id: 'whisper-base', repo: 'Xenova/whisper-base', mel: 80, languages: [] },
    aboutMb: [23.2, 53.7],
    quality: 'WER 12.8 % on VoxPopuli',
  },
  { id: 'whisper-base.en', repo: 'onnx-community/whisper-base.en', mel: 80, languages: ['en'] },
  { id: 'whisper-small', repo: 'onnx-community/whisper-small', mel: 80, languages: [] },
  { id: 'whisper-small.en', repo: 'onnx-community/whisper-small.en', mel: 80, languages: ['en'] },
  {
    ...{
      id: 'whisper-large-v3-turbo',
      repo: 'onnx-community/whisper-large-v3-turbo',
      mel: 128,
      languages: [],
    },
    quality: 'WER 11.5 to 14.8 % on VoxPopuli',
  },
  {
    ...{ id: 'distil-large-v3', repo: 'distil-whisper/distil-large-v3', mel: 128, languages: ['en'] },
    aboutMb: [645, 122],
  },
];

function describe(variant: Variant): CatalogueEntry {
  const { id, repo, mel, languages, aboutMb, quality } = variant;
  return {
    id,
    name: id,
    family: 'whisper',
    decoder: 'aed',
    precision: 'int8',
    languages,
    ...(languages.length === 0 ? { languagesText: '99 languages' } : {}),
    licence: 'MIT',
    mel,
    devices: ['cpu'],
    ...(quality === undefined ? {} : { quality }),
    source: { kind: 'hub', repo, revision: 'main' },
    files: [
      { path: 'onnx/encoder_model_quantized.onnx', role: 'encoder', ...about(aboutMb?.[0]) },
      { path: 'onnx/decoder_model_merged_quantized.onnx', role: 'decoder', ...about(aboutMb?.[1]) },
      { path: 'tokenizer.json', role: 'tokenizer' },
      { path: 'config.json', role: 'config' },
      { path: 'generation_config.json', role: 'config' },
    ],
  };
}

function about(aboutMb: number | undefined): { readonly aboutMb?: number } {
  return aboutMb === undefined ? {} : { aboutMb };
}

export const WHISPER: readonly CatalogueEntry[] = VARIANTS.map(describe);
