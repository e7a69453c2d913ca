/** The models of fixtures/models are small, complete, and can be made again. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nemoFixtures } from '../support/nemo-golden.ts';

const FOLDER = 'fixtures/models';
const MAX_BYTES = 20 * 2 ** 20;
const RECIPES = readFileSync('scripts/fixtures/models/recipes.py', 'utf8');
const MIN_SPOKEN_SHARE = 0.2;
const MIN_DISTINCT_TOKENS = 50;

const fixtures = nemoFixtures();

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

describe('fixtures/models', () => {
  it('weigh no more than 20 MB together', () => {
    const bytes = filesUnder(FOLDER).reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeLessThan(MAX_BYTES);
  });

  it('are all that the recipes list', () => {
    const listed = [...RECIPES.matchAll(/^ {4}'([^']+)': Recipe\(/gm)].map(([, name]) => name);
    expect(fixtures.map(({ name }) => name)).toEqual(listed.toSorted());
  });

  it.each(fixtures)('$name has graphs, a vocabulary and every number its golden names', (fixture) => {
    const files = readdirSync(fixture.folder);
    expect(files.filter((file) => file.endsWith('.onnx'))).not.toHaveLength(0);
    expect(files.some((file) => /^(?:tokens|vocab)\.txt$|^tokenizer\.(?:model|json)$/.test(file))).toBe(true);
    expect(existsSync(join(fixture.folder, fixture.golden.audio))).toBe(true);
    for (const { features, output } of fixture.golden.runs) {
      for (const entry of features ? [features, output] : [output]) {
        const values = entry.shape.reduce((product, size) => product * size, 1);
        expect(fixture.numbers(entry)).toHaveLength(values);
      }
    }
  });

  it.each(fixtures)('$name says enough to be a test', ({ golden }) => {
    const { tokens, output } = golden.runs[0]!;
    expect(new Set(tokens.ids).size).toBeGreaterThanOrEqual(MIN_DISTINCT_TOKENS);
    expect(new Set(tokens.frames).size / output.shape[0]!).toBeGreaterThanOrEqual(MIN_SPOKEN_SHARE);
    if (golden.decoder === 'tdt') expect(new Set(tokens.durations)).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
