/** Streaming Zipformer2 transducers of icefall: small and Apache-licensed. */
import type { CatalogueEntry } from '../catalogue-entry.ts';

const STEM = 'epoch-99-avg-1-chunk-16-left-128';

export const ZIPFORMER: readonly CatalogueEntry[] = [
  {
    id: 'zipformer-en-2023-06-26',
    name: 'zipformer-en',
    family: 'zipformer',
    decoder: 'rnnt',
    precision: 'int8',
    languages: ['en'],
    licence: 'Apache-2.0',
    chunkMs: 320,
    mel: 80,
    blankId: 0,
    devices: ['cpu'],
    source: {
      kind: 'release',
      repo: 'k2-fsa/sherpa-onnx',
      tag: 'asr-models',
      asset: 'sherpa-onnx-streaming-zipformer-en-2023-06-26.tar.bz2',
    },
    files: [
      { path: `encoder-${STEM}.int8.onnx`, role: 'encoder', aboutMb: 71.1 },
      { path: `decoder-${STEM}.int8.onnx`, role: 'decoder', aboutMb: 1.3 },
      { path: `joiner-${STEM}.int8.onnx`, role: 'joiner', aboutMb: 0.26 },
      { path: 'tokens.txt', role: 'tokens' },
    ],
  },
];
