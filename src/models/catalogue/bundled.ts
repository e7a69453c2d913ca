/** What comes with this package; the cards beside the files say their sizes and checksums. */
import { BUNDLED_MODEL_PATH, SILERO_VAD_PATH } from '../../engine/models/bundled.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

export const BUNDLED: readonly CatalogueEntry[] = [
  {
    id: 'rt-tiny-en',
    name: 'rt-tiny-en',
    family: 'fastconformer-cache',
    decoder: 'ctc',
    precision: 'fp32',
    languages: ['en'],
    licence: 'Apache-2.0',
    chunkMs: 160,
    mel: 80,
    blankId: 256,
    devices: ['cpu'],
    quality: 'exact on spoken digits, no product recogniser',
    source: { kind: 'bundled', path: BUNDLED_MODEL_PATH },
    files: [],
  },
  {
    id: 'silero-vad',
    name: 'silero-vad',
    family: 'vad',
    decoder: 'none',
    precision: 'fp32',
    languages: [],
    languagesText: 'any language',
    licence: 'MIT',
    chunkMs: 32,
    devices: ['cpu'],
    source: { kind: 'bundled', path: SILERO_VAD_PATH },
    files: [],
  },
];
