/** FastConformer large streaming (114 M parameters) and its end-of-utterance sibling: small and permissive. */
import type { CatalogueEntry, CatalogueFile } from '../catalogue-entry.ts';

/** Publishers name a file by its look-ahead; a step is one encoder frame (80 ms) longer. */
const LOOK_AHEADS_MS = [80, 480, 1040];

type Precision = 'int8' | 'fp32';

const PRECISIONS: readonly Precision[] = ['int8', 'fp32'];

function describe(decoder: 'ctc' | 'rnnt', lookAheadMs: number, precision: Precision): CatalogueEntry {
  const kind = decoder === 'ctc' ? 'ctc' : 'transducer';
  const ending = precision === 'int8' ? '-int8' : '';
  return {
    id: `fastconformer-${kind}-en-${lookAheadMs}${precision === 'fp32' ? '-fp32' : ''}`,
    name: `fastconformer-${kind}-en`,
    family: 'fastconformer-cache',
    decoder,
    precision,
    languages: ['en'],
    licence: 'CC-BY-4.0',
    chunkMs: lookAheadMs + 80,
    mel: 80,
    blankId: 1024,
    devices: ['cpu'],
    source: {
      kind: 'release',
      repo: 'k2-fsa/sherpa-onnx',
      tag: 'asr-models',
      asset: `sherpa-onnx-nemo-streaming-fast-conformer-${kind}-en-${lookAheadMs}ms${ending}.tar.bz2`,
    },
    files: decoder === 'ctc' ? ctcFiles(precision) : transducerFiles(precision),
  };
}

function ctcFiles(precision: Precision): readonly CatalogueFile[] {
  const graph: CatalogueFile =
    precision === 'int8'
      ? { path: 'model.int8.onnx', role: 'graph', aboutMb: 130 }
      : { path: 'model.onnx', role: 'graph', aboutMb: 460 };
  return [graph, { path: 'tokens.txt', role: 'tokens' }];
}

function transducerFiles(precision: Precision): readonly CatalogueFile[] {
  const ending = precision === 'int8' ? '.int8.onnx' : '.onnx';
  return [
    { path: `encoder${ending}`, role: 'encoder', aboutMb: precision === 'int8' ? 130 : 460 },
    { path: `decoder${ending}`, role: 'decoder' },
    { path: `joiner${ending}`, role: 'joiner' },
    { path: 'tokens.txt', role: 'tokens' },
  ];
}

/** Lower case without punctuation; a token of its own tells the end of a turn. */
const endOfUtterance: CatalogueEntry = {
  id: 'eou-120m',
  name: 'parakeet-eou',
  family: 'fastconformer-cache',
  decoder: 'rnnt',
  precision: 'fp32',
  languages: ['en'],
  licence: 'nvidia-open-model',
  chunkMs: 160,
  mel: 128,
  blankId: 1026,
  devices: ['cpu', 'cuda'],
  quality: 'end of turn p50 160 ms, p90 280 ms (model card)',
  source: { kind: 'hub', repo: 'altunenes/parakeet-rs', revision: 'main' },
  files: [
    { path: 'realtime_eou_120m-v1-onnx/encoder.onnx', role: 'encoder', aboutMb: 459 },
    { path: 'realtime_eou_120m-v1-onnx/decoder_joint.onnx', role: 'decoder-joint', aboutMb: 21 },
    { path: 'realtime_eou_120m-v1-onnx/tokenizer.json', role: 'tokenizer' },
  ],
};

export const FASTCONFORMER: readonly CatalogueEntry[] = [
  ...(['ctc', 'rnnt'] as const).flatMap((decoder) =>
    LOOK_AHEADS_MS.flatMap((lookAheadMs) =>
      PRECISIONS.map((precision) => describe(decoder, lookAheadMs, precision)),
    ),
  ),
  endOfUtterance,
];
