/** Documents that were really written, against their schemas. */
import { describe, expect, it } from 'vitest';
import { schemaNamed } from '../../src/schema/catalogue.ts';
import { filesBelow, readText } from '../architecture/tree.ts';
import { requireItsSchema } from '../support/written-document.ts';

interface Written {
  readonly schema: string;
  readonly kind?: string;
}

const written = filesBelow('bench/runs', /\.json$/).flatMap((path) => {
  const text = readText(path);
  const document = JSON.parse(text) as Written;
  const named = typeof document.schema === 'string' ? schemaNamed(document.schema) : undefined;
  return named?.name === document.schema ? [{ path, document, text }] : [];
});

describe('documents of measurements that are kept', () => {
  it('[CFG-12] are of every kind that stands in this repository', () => {
    const kinds = written.map(({ document: { schema, kind } }) => (kind === undefined ? schema : kind));
    expect([...new Set(kinds)]).toEqual(
      expect.arrayContaining(['rt.chaos-run/v1', 'connect', 'latency', 'overload', 'soak']),
    );
  });

  it.each(written)('[CFG-12] $path fits its schema', ({ text }) => {
    expect(() => requireItsSchema(text)).not.toThrow();
  });
});

it('[CFG-12] what does not fit is told with its place', () => {
  const { text } = written[0] ?? { text: '{}' };
  const spoilt = JSON.stringify({ ...(JSON.parse(text) as object), at: 1, sum: 1 });
  expect(() => requireItsSchema(spoilt)).toThrow(/does not fit[^]*→ at/);
  expect(() => requireItsSchema('{"schema":"rt.nothing/v1"}')).toThrow('no schema rt.nothing/v1');
});
