import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderDocuments } from '../../scripts/docs.mjs';

const documents = await renderDocuments();

it.each([...documents.keys()])('[CMD-10] %s is what `npm run docs` writes', (path) => {
  // Not toEqual: a difference of thousands of lines tells nobody anything.
  expect(readFileSync(path, 'utf8') === documents.get(path)).toBe(true);
});
