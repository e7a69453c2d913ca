import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, readText } from './tree.ts';

const PATH = /`((?:src|test|docs|scripts|bin|models|web|fixtures|bench)\/[^`\s]*)`/g;

/** Paths in backticks, without placeholders such as `src/commands/<name>.ts`. */
function namedIn(text: string): string[] {
  return [...text.matchAll(PATH)].map((match) => match[1]!).filter((path) => !/[<>{}*…]/.test(path));
}

describe('documents', () => {
  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'].filter((path) => existsSync(path)))(
    '%s names only paths that exist',
    (document) => {
      const named = namedIn(readText(document));
      expect(named).not.toEqual([]);
      expect(named.filter((path) => !existsSync(path))).toEqual([]);
    },
  );

  it('tell nothing of the machine that made a run but what it is', () => {
    const runs = filesBelow('bench/runs', /\.(json|md)$/);
    expect(runs).not.toEqual([]);
    expect(runs.filter((path) => /(?:"|\| )\/(?:home|root|tmp|work|Users)\//.test(readText(path)))).toEqual(
      [],
    );
  });

  it('number each decision once', () => {
    const numbers = filesBelow('docs/decisions', /\/\d{4}-[^/]+\.md$/).map((path) =>
      basename(path).slice(0, 4),
    );
    expect(numbers).not.toEqual([]);
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });
});
