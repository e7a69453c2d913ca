/** Every setting there is with its value, where that comes from, and without secrets. */
import type { RawValue } from './kinds.ts';
import type { Origin, Source } from './raw.ts';
import { locate } from './resolve.ts';
import { maskSecrets } from './secrets.ts';
import { FILE_TABLES } from './sections.ts';
import type { AnyRow } from './setting.ts';

export interface ShownSetting {
  /** As a file names it: `worker.listen`. */
  readonly key: string;
  /** Secrets in it are masked; undefined where nobody set it and there is no default. */
  readonly value: string | undefined;
  readonly origin: Origin | undefined;
  /** What it has to be instead, where it cannot be used. */
  readonly expected: string | undefined;
  readonly doc: string;
}

/** A row by its key. */
export interface KeyedRow {
  readonly key: string;
  readonly section: string;
  readonly row: AnyRow;
}

/** Every row that a file may set, in the order of the sections. */
export function keyedRows(): readonly KeyedRow[] {
  return [...FILE_TABLES].flatMap(([section, rows]) =>
    [...rows].map(([name, row]) => ({ key: section === '' ? name : `${section}.${name}`, section, row })),
  );
}

/** Where a secret lies, in a word. */
const PLACES: Readonly<Record<Origin['layer'], string>> = {
  flag: 'flag',
  environment: 'env',
  context: 'file',
  'project file': 'file',
  'user file': 'file',
  default: 'default',
};

/** @param dots what stands for a secret; its place follows in brackets */
export function showSettings(sources: readonly Source[], dots: string): readonly ShownSetting[] {
  return keyedRows().map(({ key, section, row }) => {
    const found = locate(section, row, sources);
    if (found === undefined)
      return { key, value: undefined, origin: undefined, expected: undefined, doc: row.doc };
    const { raw, origin } = found;
    return {
      key,
      value: maskSecrets(textOf(raw), `${dots}(${PLACES[origin.layer]})`),
      origin,
      expected: row.kind.parse(raw) === undefined ? row.kind.expects : undefined,
      doc: row.doc,
    };
  });
}

function textOf(raw: RawValue): string {
  return typeof raw === 'string' ? raw : raw.join(', ');
}

/** `flag --redis`, `env RT_REDIS`, `/etc/…/rt.toml:3`, `context prod (~/….toml:9)`, `default`. */
export function originText(origin: Origin | undefined): string {
  if (origin === undefined) return 'not set';
  const place = origin.line === undefined ? origin.file : `${origin.file ?? ''}:${String(origin.line)}`;
  switch (origin.layer) {
    case 'flag':
      return `flag ${origin.name}`;
    case 'environment':
      return `env ${origin.name}`;
    case 'context':
      return `context ${origin.name} (${place ?? ''})`;
    case 'default':
      return 'default';
    default:
      return place ?? origin.name;
  }
}
