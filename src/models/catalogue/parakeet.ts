/** NVIDIA Parakeet: takes whole utterances, or windows with context on both sides (unified). */
import type { CatalogueEntry, CatalogueFile, FileRole } from '../catalogue-entry.ts';

type Precision = 'int8' | 'fp32';

const EUROPEAN = 'bg hr cs da nl en et fi fr de el hu it lv lt mt pl pt ro sk sl es sv ru uk'.split(' ');

interface Variant {
  readonly name: string;
  readonly decoder: 'ctc' | 'rnnt' | 'tdt';
  readonly mel: 80 | 128;
  readonly languages: readonly string[];
  readonly quality: string;
  /** Size of the encoder or, for CTC, of the one graph. */
  readonly aboutMb: { readonly [precision in Precision]?: number };
  /** Class of the blank where the vocabulary is known. */
  readonly blankId?: number;
}

const VARIANTS: readonly Variant[] = [
  {
    ...{ name: 'parakeet-tdt-0.6b-v2', decoder: 'tdt', mel: 128, languages: ['en'], blankId: 1024 },
    quality: 'WER 6.05 % on average (Open ASR leaderboard)',
    aboutMb: { int8: 652, fp32: 2400 },
  },
  {
    ...{ name: 'parakeet-tdt-0.6b-v3', decoder: 'tdt', mel: 128, languages: EUROPEAN, blankId: 8192 },
    quality: 'WER 6.34 % on average (Open ASR leaderboard)',
    aboutMb: { int8: 652, fp32: 2440 },
  },
  {
    ...{ name: 'parakeet-ctc-0.6b', decoder: 'ctc', mel: 80, languages: ['en'] },
    quality: 'WER 7.22 % on VoxPopuli',
    aboutMb: {},
  },
  {
    ...{ name: 'parakeet-rnnt-0.6b', decoder: 'rnnt', mel: 80, languages: ['en'] },
    quality: 'WER 6.34 % on VoxPopuli',
    aboutMb: {},
  },
];

function sized(path: string, role: FileRole, aboutMb: number | undefined): CatalogueFile {
  return aboutMb === undefined ? { path, role } : { path, role, aboutMb };
}

function filesOf(variant: Variant, precision: Precision): readonly CatalogueFile[] {
  const [stem, role] =
    variant.decoder === 'ctc' ? (['model', 'graph'] as const) : (['encoder-model', 'encoder'] as const);
  const ending = precision === 'int8' ? '.int8.onnx' : '.onnx';
  const aboutMb = variant.aboutMb[precision];
  // Above 2 GB a graph keeps its weights in a file of its own, which carries nearly all of the size.
  const acoustic: readonly CatalogueFile[] =
    precision === 'int8'
      ? [sized(`${stem}${ending}`, role, aboutMb)]
      : [{ path: `${stem}.onnx`, role }, sized(`${stem}.onnx.data`, 'weights', aboutMb)];
  const decoder: readonly CatalogueFile[] =
    variant.decoder === 'ctc' ? [] : [{ path: `decoder_joint-model${ending}`, role: 'decoder-joint' }];
  return [
    ...acoustic,
    ...decoder,
    { path: 'vocab.txt', role: 'tokens' },
    { path: 'config.json', role: 'config' },
  ];
}

function describe(variant: Variant, precision: Precision): CatalogueEntry {
  const { name, decoder, mel, languages, quality, blankId } = variant;
  return {
    id: precision === 'int8' ? name : `${name}-fp32`,
    name,
    family: 'parakeet-segment',
    decoder,
    precision,
    languages,
    licence: 'CC-BY-4.0',
    mel,
    ...(blankId === undefined ? {} : { blankId }),
    devices: precision === 'int8' ? ['cpu'] : ['cpu', 'cuda'],
    quality,
    source: { kind: 'hub', repo: `istupakov/${name}-onnx`, revision: 'main' },
    files: filesOf(variant, precision),
  };
}

const small: CatalogueEntry = {
  id: 'parakeet-tdt-ctc-110m',
  name: 'parakeet-tdt-ctc-110m',
  family: 'parakeet-segment',
  decoder: 'ctc',
  precision: 'int8',
  languages: ['en'],
  licence: 'CC-BY-4.0',
  mel: 80,
  devices: ['cpu'],
  source: {
    kind: 'release',
    repo: 'k2-fsa/sherpa-onnx',
    tag: 'asr-models',
    asset: 'sherpa-onnx-nemo-parakeet_tdt_ctc_110m-en-36000-int8.tar.bz2',
  },
  files: [
    { path: 'model.int8.onnx', role: 'graph', aboutMb: 126 },
    { path: 'tokens.txt', role: 'tokens' },
  ],
};

const unified: CatalogueEntry = {
  id: 'parakeet-unified-en-560',
  name: 'parakeet-unified-en',
  family: 'parakeet-buffered',
  decoder: 'rnnt',
  precision: 'int8',
  languages: ['en'],
  licence: 'nvidia-open-model',
  chunkMs: 560,
  mel: 128,
  devices: ['cpu'],
  source: {
    kind: 'release',
    repo: 'k2-fsa/sherpa-onnx',
    tag: 'asr-models',
    asset: 'sherpa-onnx-nemo-parakeet-unified-en-0.6b-int8-streaming-560ms.tar.bz2',
  },
  files: [
    { path: 'encoder.int8.onnx', role: 'encoder', aboutMb: 624 },
    { path: 'decoder.int8.onnx', role: 'decoder', aboutMb: 6.9 },
    { path: 'joiner.int8.onnx', role: 'joiner', aboutMb: 1.7 },
    { path: 'tokens.txt', role: 'tokens' },
  ],
};

export const PARAKEET: readonly CatalogueEntry[] = [
  ...VARIANTS.flatMap((variant) =>
    (['int8', 'fp32'] as const).map((precision) => describe(variant, precision)),
  ),
  small,
  unified,
];
