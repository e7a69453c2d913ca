/** The catalogue together with what is on this machine. */
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CATALOGUE } from './catalogue.ts';
import type { DecoderKind, Family } from '../engine/models/model-kind.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import { completeCard } from './complete-card.ts';
import { canLoad } from './load-support.ts';
import type { ModelCard } from './model-card.ts';
import { aboutBytes } from './pull/plan.ts';

export interface ListedModel {
  readonly id: string;
  /** Undefined for a pulled model that is in no catalogue and whose card does not say. */
  readonly family: Family | undefined;
  readonly decoder: DecoderKind | undefined;
  readonly precision: string | undefined;
  readonly languages: string;
  readonly chunkMs: number | undefined;
  readonly licence: string | undefined;
  readonly quality: string | undefined;
  /** Sum over the files; `isExact` false where pages state it rounded or not for all. */
  readonly bytes: number | undefined;
  readonly isExact: boolean;
  /** `published`: every checksum is known before a pull; `recorded`: from the pull; `unpublished`: from nobody. */
  readonly checksums: 'published' | 'recorded' | 'unpublished';
  /** Estimated need of memory, from the size and what loading was seen to take. */
  readonly minRamBytes: number | undefined;
  readonly state: 'bundled' | 'installed' | 'available';
  readonly folder: string | undefined;
  readonly isLoadable: boolean;
}

/** Bundled and known models in the order of the catalogue, then installed ones it does not have. */
export async function listModels(modelsDir: string): Promise<readonly ListedModel[]> {
  const cards = await installedCards(modelsDir);
  const known = await Promise.all(CATALOGUE.map((entry) => describe(entry, modelsDir, cards.get(entry.id))));
  const foreign = [...cards].filter(([id]) => !CATALOGUE.some((entry) => entry.id === id));
  return [...known, ...foreign.map(([id, card]) => describeForeign(id, card, join(modelsDir, id)))];
}

/** Cards of complete models below `modelsDir`, by folder name. */
async function installedCards(modelsDir: string): Promise<ReadonlyMap<string, ModelCard>> {
  const entries = await readdir(modelsDir, { withFileTypes: true }).catch(() => []);
  const cards = new Map<string, ModelCard>();
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const card = await completeCard(join(modelsDir, entry.name)).catch(() => undefined);
    if (card !== undefined) cards.set(entry.name, card);
  }
  return cards;
}

async function describe(
  entry: CatalogueEntry,
  modelsDir: string,
  pulled: ModelCard | undefined,
): Promise<ListedModel> {
  const bundledFolder = entry.source.kind === 'bundled' ? dirname(entry.source.path) : undefined;
  const card = bundledFolder === undefined ? pulled : await completeCard(bundledFolder);
  const sizes = card === undefined ? catalogueSizes(entry) : cardSizes(card);
  const isPublished = entry.files.length > 0 && entry.files.every(({ sha256 }) => sha256 !== undefined);
  return {
    id: entry.id,
    family: entry.family,
    decoder: entry.decoder,
    precision: entry.precision,
    languages: entry.languagesText ?? entry.languages.join(' '),
    chunkMs: entry.chunkMs,
    licence: entry.licence,
    quality: entry.quality,
    ...sizes,
    checksums:
      bundledFolder !== undefined || isPublished
        ? 'published'
        : card === undefined
          ? 'unpublished'
          : 'recorded',
    minRamBytes: sizes.bytes === undefined ? undefined : ramFor(sizes.bytes, entry.precision),
    state: bundledFolder !== undefined ? 'bundled' : card === undefined ? 'available' : 'installed',
    folder: bundledFolder ?? (card === undefined ? undefined : join(modelsDir, entry.id)),
    isLoadable: canLoad(entry.family, entry.decoder),
  };
}

function describeForeign(id: string, card: ModelCard, folder: string): ListedModel {
  const { family, decoder, precision } = card;
  const sizes = cardSizes(card);
  return {
    ...{ id, family, decoder, precision, folder },
    languages: card.languages?.join(' ') ?? '',
    chunkMs: card.chunk_ms,
    licence: card.license,
    quality: undefined,
    ...sizes,
    checksums: 'recorded',
    minRamBytes: undefined,
    state: 'installed',
    isLoadable: family !== undefined && decoder !== undefined && canLoad(family, decoder),
  };
}

type Sizes = Pick<ListedModel, 'bytes' | 'isExact'>;

function cardSizes(card: ModelCard): Sizes {
  const sizes = Object.values(card.files ?? {}).map(({ bytes }) => bytes ?? 0);
  return { bytes: sizes.reduce((sum, bytes) => sum + bytes, 0), isExact: true };
}

function catalogueSizes({ files }: CatalogueEntry): Sizes {
  const known = files.map(aboutBytes).filter((bytes) => bytes !== undefined);
  const sum = known.reduce((total, bytes) => total + bytes, 0);
  return { bytes: known.length === 0 ? undefined : sum, isExact: false };
}

/** Resident memory of a loaded model against its size on disk: int8 weights are kept packed beside themselves. */
const RAM_PER_BYTE: Readonly<Record<CatalogueEntry['precision'], number>> = {
  fp32: 1.1,
  fp16: 1.1,
  int8: 1.9,
};

function ramFor(bytes: number, precision: CatalogueEntry['precision']): number {
  return Math.ceil(bytes * RAM_PER_BYTE[precision]);
}
