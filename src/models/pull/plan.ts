/** What there is to fetch for a model, from its row in the catalogue. */
import { basename } from 'node:path';
import { RtError } from '../../base/errors.ts';
import type {
  CatalogueEntry,
  CatalogueFile,
  FileRole,
  HubSource,
  ReleaseSource,
} from '../catalogue-entry.ts';
import type { ModelCard } from '../model-card.ts';
import { hubFileUrl, type Mirror, releaseUrl } from '../source-url.ts';

export interface Download {
  /** Base name of the file here. */
  readonly name: string;
  readonly role: FileRole | 'archive' | undefined;
  /** Address at a commit, where the source has commits. */
  readonly url: (revision: string | undefined) => string;
  readonly expectedBytes?: number | undefined;
  /** Rounded size, for free space and progress. */
  readonly aboutBytes?: number | undefined;
  readonly sha256?: string | undefined;
}

export interface PullPlan {
  readonly id: string;
  /** Names the source whatever mirror serves it. */
  readonly source: string;
  /** What the card says besides the files. */
  readonly card: ModelCard;
  readonly downloads: readonly Download[];
  /** Set where the one download is an archive. */
  readonly archive?: {
    /** Files that must be in it; undefined: whatever belongs to a model. */
    readonly members: readonly CatalogueFile[] | undefined;
  };
}

/** @throws RtError usage for a bundled model, which is here already */
export function planEntry(entry: CatalogueEntry, mirror: Mirror): PullPlan {
  const { source } = entry;
  if (source.kind === 'bundled') {
    throw new RtError('usage', `${entry.id} comes with rt and needs no pulling`, {
      hint: `Check it with: rt models verify ${entry.id}`,
    });
  }
  const card: ModelCard = {
    id: entry.id,
    name: entry.name,
    family: entry.family,
    decoder: entry.decoder,
    precision: entry.precision,
    languages: entry.languages,
    license: entry.licence,
    ...(entry.chunkMs === undefined ? {} : { chunk_ms: entry.chunkMs }),
  };
  return source.kind === 'hub'
    ? planHub(entry, { source, mirror, card })
    : planRelease(entry, { source, mirror, card });
}

function planHub(
  entry: CatalogueEntry,
  { source, mirror, card }: { readonly source: HubSource; readonly mirror: Mirror; readonly card: ModelCard },
): PullPlan {
  const downloads = entry.files.map((file) => ({
    name: basename(file.path),
    role: file.role,
    url: (revision = source.revision) => hubFileUrl({ repo: source.repo, revision }, file.path, mirror),
    expectedBytes: file.bytes,
    aboutBytes: aboutBytes(file),
    sha256: file.sha256,
  }));
  return { id: entry.id, source: `hub:${source.repo}@${source.revision}`, card, downloads };
}

function planRelease(
  entry: CatalogueEntry,
  {
    source,
    mirror,
    card,
  }: { readonly source: ReleaseSource; readonly mirror: Mirror; readonly card: ModelCard },
): PullPlan {
  return {
    id: entry.id,
    source: `release:${source.repo}@${source.tag}/${source.asset}`,
    card,
    downloads: [{ name: source.asset, role: 'archive', url: () => releaseUrl(source, mirror) }],
    archive: { members: entry.files },
  };
}

/** Size of a file as far as it is known. */
export function aboutBytes(file: CatalogueFile): number | undefined {
  return file.bytes ?? (file.aboutMb === undefined ? undefined : file.aboutMb * 1e6);
}
