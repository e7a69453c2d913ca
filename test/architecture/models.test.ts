import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

/** A card states one file in its own fields, or several under `files`. */
type Card = {
  readonly license: string;
  readonly file?: string;
  readonly files?: Record<string, FileFacts>;
} & FileFacts;

const files = readdirSync('models').flatMap((model) => {
  const card = JSON.parse(readFileSync(join('models', model, 'card.json'), 'utf8')) as Card;
  const stated = card.files ?? { [card.file!]: { bytes: card.bytes, sha256: card.sha256 } };
  return Object.entries(stated).map(([name, facts]) => ({ path: join('models', model, name), facts }));
});

describe('bundled models', () => {
  it.each(files)('$path is the file its card states', ({ path, facts }) => {
    const content = readFileSync(path);
    expect(content.length).toBe(facts.bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(facts.sha256);
  });

  it('are all stated by a card', () => {
    const onDisk = readdirSync('models').flatMap((model) =>
      readdirSync(join('models', model))
        .filter((name) => name.endsWith('.onnx'))
        .map((name) => join('models', model, name)),
    );
    expect(
      files
        .map(({ path }) => path)
        .filter((path) => path.endsWith('.onnx'))
        .sort(),
    ).toEqual(onDisk.sort());
  });
});
