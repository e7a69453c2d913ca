/** What the Containerfile makes, without a builder: the files it copies, laid out where it says. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CONTAINERFILE } from './manifests.ts';

export interface Copy {
  /** Whether it comes from what was built, and not from the checkout. */
  readonly isBuilt: boolean;
  /** Relative to the checkout. */
  readonly sources: readonly string[];
  /** Relative to the folder of the program; ends with a slash where it is a folder to copy into. */
  readonly target: string;
}

/** COPY lines of every stage, the last stage last. */
export function copiesOfStages(): readonly (readonly Copy[])[] {
  const stages = readFileSync(CONTAINERFILE, 'utf8')
    .split(/^FROM /m)
    .slice(1);
  return stages.map((stage) =>
    [...stage.matchAll(/^COPY (--from=build )?(.*)$/gm)].map(([, from, paths = '']) => {
      const words = paths.split(' ').map((path) => path.replace(/^\/src\//, ''));
      return { isBuilt: from !== undefined, sources: words.slice(0, -1), target: words.at(-1) ?? '' };
    }),
  );
}

/** Fills `folder` with what the image has in /opt/rt; nobody but the owner may write there. */
export function layOutImage(folder: string): void {
  for (const { sources, target } of copiesOfStages().at(-1) ?? []) {
    if (sources.includes('node_modules')) copyInto(join(folder, 'node_modules'), productionPackages());
    else if (target.endsWith('/')) copyInto(join(folder, target), named(sources));
    else copyInto(folder, [{ source: sources.join(), target }]);
  }
  chmodSync(folder, 0o755);
}

interface Placed {
  readonly source: string;
  readonly target: string;
}

const named = (sources: readonly string[]): readonly Placed[] =>
  sources.map((source) => ({ source, target: basename(source) }));

/** Packages that `npm prune --omit=dev` leaves, those inside of others with them. */
function productionPackages(): readonly Placed[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(packages)
    .filter(
      ([path, { dev, devOptional }]) =>
        /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) && !dev && !devOptional,
    )
    .map(([path]) => ({ source: path, target: path.slice('node_modules/'.length) }));
}

/** By hard links where that is possible. */
function copyInto(folder: string, files: readonly Placed[]): void {
  const parents = new Set(files.map(({ target }) => dirname(join(folder, target))));
  for (const parent of parents) {
    mkdirSync(parent, { recursive: true });
    const here = files.filter(({ target }) => dirname(join(folder, target)) === parent);
    const sources = here.map(({ source }) => source);
    const copy = (mode: string): boolean => spawnSync('cp', [mode, ...sources, parent]).status === 0;
    if (!copy('-al') && !copy('-a')) throw new Error(`cannot copy ${sources.join(' ')} to ${parent}`);
  }
}
