/** Moonshine v1 in four graphs: English utterances at a cost that follows their length. */
import type { CatalogueEntry } from '../catalogue-entry.ts';

/** Sizes in units of 1 000 000 bytes, in the order a step uses the graphs. */
function describe(
  size: 'tiny' | 'base',
  aboutMb: readonly [number, number, number, number],
  wer: string,
): CatalogueEntry {
  const [preprocess, encode, first, cached] = aboutMb;
  return {
    id: `moonshine-${size}`,
    name: `moonshine-${size}`,
    family: 'moonshine',
    decoder: 'aed',
    precision: 'int8',
    languages: ['en'],
    licence: 'MIT',
    devices: ['cpu'],
    quality: `WER ${wer} % on average (Open ASR leaderboard)`,
    source: {
      kind: 'release',
      repo: 'k2-fsa/sherpa-onnx',
      tag: 'asr-models',
      asset: `sherpa-onnx-moonshine-${size}-en-int8.tar.bz2`,
    },
    files: [
      { path: 'preprocess.onnx', role: 'preprocessor', aboutMb: preprocess },
      { path: 'encode.int8.onnx', role: 'encoder', aboutMb: encode },
      { path: 'uncached_decode.int8.onnx', role: 'decoder', aboutMb: first },
      { path: 'cached_decode.int8.onnx', role: 'decoder', aboutMb: cached },
      { path: 'tokens.txt', role: 'tokens' },
    ],
  };
}

export const MOONSHINE: readonly CatalogueEntry[] = [
  describe('tiny', [6.5, 17, 51, 43], '12.66'),
  describe('base', [13, 48, 116, 95], '10.07'),
];
