/** NVIDIA Nemotron streaming 0.6B: cache-aware FastConformer-RNNT, one archive per chunk length. */
import type { CatalogueEntry, CatalogueFile } from '../catalogue-entry.ts';

const LICENCE = 'nvidia-open-model';

function archive(asset: string): CatalogueEntry['source'] {
  return { kind: 'release', repo: 'k2-fsa/sherpa-onnx', tag: 'asr-models', asset };
}

function transducer(
  aboutMb: { readonly [role in 'encoder' | 'decoder' | 'joiner']: number },
): readonly CatalogueFile[] {
  return [
    { path: 'encoder.int8.onnx', role: 'encoder', aboutMb: aboutMb.encoder },
    { path: 'decoder.int8.onnx', role: 'decoder', aboutMb: aboutMb.decoder },
    { path: 'joiner.int8.onnx', role: 'joiner', aboutMb: aboutMb.joiner },
    { path: 'tokens.txt', role: 'tokens' },
  ];
}

/** English with punctuation and case; error rates are averages of the public leaderboard's sets. */
function english(chunkMs: number, averageWer: string): CatalogueEntry {
  return {
    id: `nemotron-en-${chunkMs}`,
    name: 'nemotron-en',
    family: 'fastconformer-cache',
    decoder: 'rnnt',
    precision: 'int8',
    languages: ['en'],
    licence: LICENCE,
    chunkMs,
    mel: 128,
    blankId: 1024,
    devices: ['cpu'],
    quality: `WER ${averageWer} % on average (model card)`,
    source: archive(`sherpa-onnx-nemotron-speech-streaming-en-0.6b-${chunkMs}ms-int8-2026-04-25.tar.bz2`),
    files: transducer({ encoder: 623, decoder: 6.9, joiner: 1.7 }),
  };
}

function multilingual(chunkMs: number): CatalogueEntry {
  return {
    id: `nemotron-3.5-${chunkMs}`,
    name: 'nemotron-3.5',
    family: 'fastconformer-cache',
    decoder: 'rnnt',
    precision: 'int8',
    languages: [],
    languagesText: '40 locales',
    licence: LICENCE,
    chunkMs,
    mel: 128,
    blankId: 13_087,
    devices: ['cpu'],
    source: archive(`sherpa-onnx-nemotron-3.5-asr-streaming-0.6b-${chunkMs}ms-int8-2026-06-11.tar.bz2`),
    files: transducer({ encoder: 627, decoder: 14, joiner: 9.1 }),
  };
}

export const NEMOTRON: readonly CatalogueEntry[] = [
  english(80, '8.53'),
  english(160, '7.84'),
  english(560, '7.22'),
  english(1120, '7.16'),
  ...[80, 160, 320, 560, 1120].map(multilingual),
];
