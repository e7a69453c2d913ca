import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly version: string;
  readonly integrity?: string;
  readonly os?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync('package-lock.json', 'utf8');
const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Entry>> };
const entries = Object.entries(packages).filter(([path]) => path !== '');

/** Whether a package of that name is found from `path` the way Node looks for it. */
function isLocked(name: string, path: string): boolean {
  if (packages[`${path}/node_modules/${name}`] || packages[`node_modules/${name}`]) return true;
  const parent = path.lastIndexOf('/node_modules/');
  return parent > 0 && isLocked(name, path.slice(0, parent));
}

describe('package-lock.json', () => {
  it('names no registry, so that it installs from whichever one the machine uses', () => {
    expect(text).not.toMatch(/"resolved":/);
    expect(text).not.toMatch(/https?:\/\/[^"]*registry/);
  });

  // Binaries of other platforms are pinned by version where the registry at hand did not have them.
  it('pins what it installs by content', () => {
    const unpinned = entries.filter(([, entry]) => !entry.integrity && !entry.os);
    expect(unpinned.map(([path]) => path)).toEqual([]);
  });

  // npm drops binaries it cannot fetch from the lockfile, and then refuses to install from it.
  it('holds the binaries of every platform', () => {
    const dropped = entries.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(name, path)),
    );
    expect(dropped).toEqual([]);
  });
});
