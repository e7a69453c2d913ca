import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const lock = readFileSync('package-lock.json', 'utf8');

describe('package-lock.json', () => {
  it('names no registry, so that it installs from whichever one the machine uses', () => {
    expect(lock).not.toMatch(/"resolved":/);
    expect(lock).not.toMatch(/https?:\/\/[^"]*registry/);
  });

  it('pins every installed package by its content', () => {
    const packages = JSON.parse(lock) as { packages: Record<string, { integrity?: string }> };
    const unpinned = Object.entries(packages.packages).filter(([path, entry]) => path && !entry.integrity);
    expect(unpinned).toEqual([]);
  });
});
