import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../src/tui/list/fields.ts';
import { parseFilter, type ValueOf } from '../../../src/tui/list/filter.ts';

const FIELDS: Fields = {
  id: 'text',
  worker: 'text',
  lag: 'seconds',
  p95: 'ms',
  cpu: 'percent',
  sess: 'count',
};
const ROW: Readonly<Record<string, string | number | null>> = {
  id: 'sess_8f2a',
  worker: 'w-2',
  lag: 1.5,
  p95: 390,
  cpu: 61,
  sess: 3,
};
const valueOf: ValueOf = (field) => ROW[field] ?? null;

function holds(text: string, of: ValueOf = valueOf): boolean {
  const filter = parseFilter(text, FIELDS);
  if (filter.type === 'invalid') throw new Error(filter.message);
  return filter.holds(of);
}

function fault(text: string): string {
  const filter = parseFilter(text, FIELDS);
  return filter.type === 'invalid' ? filter.message : 'valid';
}

describe('a filter', () => {
  it.each([
    ['', true],
    ['8F2A', true],
    ['w-2', true],
    ['!w-2', false],
    ['!beacon', true],
    ['"w-2"', true],
    ['"w 2"', false],
    ['w-2 8f2a', true],
    ['w-2 beacon', false],
    ['worker=w-2', true],
    ['WORKER=W-2', true],
    ['worker=w', false],
    ['worker!=w-2', false],
    ['!worker=w-2', false],
    ['lag>1', true],
    ['lag>1.5', false],
    ['lag>=1.5', true],
    ['lag<2s', true],
    ['lag<=1500ms', true],
    ['lag<1m', true],
    ['p95>0.3s', true],
    ['p95>390', false],
    ['cpu>=61%', true],
    ['sess=3', true],
    ['sess!=3', false],
    ['!sess=3', false],
    // Not an operator: it has no field before it.
    ['=', false],
    ['!', false],
    ['(', false],
    ['.*', false],
  ])('[TOP-5] `%s` lets the row through: %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it('[TOP-5] puts what was not measured on no side of a bound', () => {
    for (const text of ['lag>0', 'lag<1000', 'lag=0']) expect(holds(text, () => null)).toBe(false);
  });

  it.each([
    ['lga>1', 'no field lga; did you mean lag?'],
    ['colour=red', 'no field colour; fields: id worker lag p95 cpu sess'],
    ['lag>fast', 'lag is a number, perhaps with ms, s, m, h: fast is none'],
    ['lag>50%', 'lag is a number, perhaps with ms, s, m, h: 50% is none'],
    ['sess>2s', 'sess is a number: 2s is none'],
    ['lag>', 'lag> lacks what to compare with'],
    ['worker>w-2', 'worker is a text: compare it with = or !='],
    ['en lga>1', 'no field lga; did you mean lag?'],
  ])('[TOP-6] says why `%s` means nothing: %s', (text, message) => {
    expect(fault(text)).toBe(message);
  });

  it('[TOP-6] is a test or a message for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const filter = parseFilter(text, FIELDS);
        if (filter.type === 'filter') expect(typeof filter.holds(valueOf)).toBe('boolean');
        else expect(filter.message).not.toBe('');
      }),
    );
  });

  it('[TOP-5] holds for a term exactly where its negation does not', () => {
    const terms = fc.constantFrom('w-2', 'beacon', 'worker=w-2', 'worker=w-3', 'lag>1', 'lag>9', 'sess<=3');
    fc.assert(fc.property(terms, (term) => holds(term) !== holds(`!${term}`)));
  });
});
