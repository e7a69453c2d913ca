/** What is known of a model before it is here: where its files lie, what they are, who may use them. */
import type { DecoderKind, Family } from '../engine/models/model-kind.ts';

export type FileRole =
  | 'graph'
  | 'encoder'
  | 'decoder'
  | 'joiner'
  | 'decoder-joint'
  | 'preprocessor'
  | 'weights'
  | 'tokens'
  | 'tokenizer'
  | 'config'
  | 'licence';

/** A file as its publisher describes it. What the publisher does not tell stays absent. */
export interface CatalogueFile {
  /** Path in the repository, or below the one folder of an archive; the base name is its name here. */
  readonly path: string;
  readonly role: FileRole;
  /** Exact size. */
  readonly bytes?: number;
  /** Size in units of 1 000 000 bytes as pages round it: for progress and free space, never for checking. */
  readonly aboutMb?: number;
  /** Published checksum, 64 hexadecimal digits; absent where the publisher states none. */
  readonly sha256?: string;
}

/** Files of a model repository, each fetched by itself. */
export interface HubSource {
  readonly kind: 'hub';
  /** `owner/name`. */
  readonly repo: string;
  /** Branch, tag or commit. What a branch meant at the first pull is kept from then on. */
  readonly revision: string;
}

/** One archive attached to a release; its files lie in a single folder. */
export interface ReleaseSource {
  readonly kind: 'release';
  /** `owner/name`. */
  readonly repo: string;
  readonly tag: string;
  readonly asset: string;
}

/** Files that come with this package. */
export interface BundledSource {
  readonly kind: 'bundled';
  /** Absolute path of the graph. */
  readonly path: string;
}

export type ModelSource = HubSource | ReleaseSource | BundledSource;

export interface CatalogueEntry {
  /** What `--model` and `rt models pull` take: lower case letters, digits, `.` and `-`. */
  readonly id: string;
  /** Name without chunk length and precision: what sessions ask for. */
  readonly name: string;
  readonly family: Family;
  readonly decoder: DecoderKind;
  readonly precision: 'fp32' | 'fp16' | 'int8';
  /** Language codes; empty where there are too many to name, then `languagesText` says how many. */
  readonly languages: readonly string[];
  readonly languagesText?: string;
  /** SPDX identifier, or the name of a licence that has none. */
  readonly licence: string;
  /** Audio per step, baked into the file; absent for models that take whole utterances. */
  readonly chunkMs?: number;
  /** Mel bands; absent where the graph takes samples. */
  readonly mel?: number;
  /** Class of the blank, where it is known before the file is read. */
  readonly blankId?: number;
  readonly devices: readonly ('cpu' | 'cuda' | 'webgpu')[];
  /** Reported word error rate with what it was measured on. */
  readonly quality?: string;
  readonly source: ModelSource;
  /** Empty for bundled models: their card states the files. */
  readonly files: readonly CatalogueFile[];
}
