import { describe, expect, it } from 'vitest';
import { agoText, clockText } from '../../src/cli/clock-text.ts';
import { parseModelChoice } from '../../src/cli/engine-options.ts';
import { summaryText } from '../../src/cli/summary-text.ts';
import { renderRecord, renderTable } from '../../src/cli/table.ts';

describe('clockText', () => {
  it.each([
    [0, '0:00'],
    [59.99, '0:59'],
    [61, '1:01'],
    [3723, '1:02:03'],
    [-1, '0:00'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(clockText(seconds)).toBe(text);
  });
});

describe('agoText', () => {
  const now = new Date('2025-01-01T12:00:00Z');
  it.each([
    ['2025-01-01T12:00:00Z', 'now'],
    ['2025-01-01T12:00:05Z', 'now'],
    ['2025-01-01T11:59:18Z', '42s'],
    ['2025-01-01T11:50:00Z', '10m'],
    ['2025-01-01T07:00:00Z', '5h'],
    ['never', '?'],
  ])('writes %s as %s', (iso, text) => {
    expect(agoText(iso, now)).toBe(text);
  });
});

describe('parseModelChoice', () => {
  it.each([
    ['/models/a', { path: '/models/a' }],
    ['/models/a=fast', { path: '/models/a', alias: 'fast' }],
    ['/models/a=b/c', { path: '/models/a=b/c' }],
    ['/models/a=b/c=fast', { path: '/models/a=b/c', alias: 'fast' }],
    ['/models/a=', { path: '/models/a=' }],
  ])('reads %s', (text, choice) => {
    expect(parseModelChoice(text)).toEqual(choice);
  });
});

describe('renderTable', () => {
  it('lines up columns, numbers right, wide characters by their width, and pads no line end', () => {
    const table = renderTable(
      [{ header: 'NAME' }, { header: 'N', align: 'right' }, { header: 'NOTE' }],
      [
        ['日本', '7', ''],
        ['a', '12', 'x'],
      ],
    );
    expect(table).toBe('NAME   N  NOTE\n日本   7\na     12  x');
  });

  it('writes the headers of an empty table', () => {
    expect(renderTable([{ header: 'A' }, { header: 'B' }], [])).toBe('A  B');
  });
});

describe('renderRecord', () => {
  it('shows lists, absent values and hostile text on one line each', () => {
    expect(renderRecord({ id: 'a\u001b[2J\nb', list: ['x', 'y'], none: null, empty: [], on: true })).toBe(
      'id     a b\nlist   x y\nnone   -\nempty  -\non     true',
    );
  });
});

describe('summaryText', () => {
  const figures = {
    audio_s: 190,
    finals: 41,
    first_partial_ms: 212.4,
    final_lag_p50_ms: 288,
    final_lag_p95_ms: 402,
    samples_sent: 3_040_000,
    samples_accounted: 3_040_000,
    seq_holes: 0,
    incomplete_at_s: [] as readonly number[],
    complete: true,
  };
  const plain = { ascii: false, normaliser: undefined };

  it('[STR-7] says what a person wants to know', () => {
    expect(summaryText(figures, plain)).toBe(
      '✓ 3:10 audio · 41 finals · first partial 212 ms · final p50 288 / p95 402 ms · nothing lost',
    );
  });

  it('[STR-7] says how often it was resumed, and how long each took', () => {
    const resumed = (resumedAfterMs: readonly number[]) => summaryText(figures, { ...plain, resumedAfterMs });
    expect(resumed([812])).toMatch(/ · nothing lost · 1 resume \(0\.8 s\)$/);
    expect(resumed([812, 3000])).toMatch(/ · 2 resumes \(0\.8 \+ 3\.0 s\)$/);
  });

  it('names the normaliser beside the error rate', () => {
    expect(summaryText({ ...figures, wer: 0.0613 }, { ascii: false, normaliser: 'rt-basic-1' })).toContain(
      'WER 6.1% (rt-basic-1)',
    );
  });

  it('says what is missing, in ASCII where that is asked for', () => {
    const lost = {
      ...figures,
      finals: 1,
      first_partial_ms: null,
      samples_accounted: 3_000_000,
      seq_holes: 2,
      complete: false,
    };
    expect(summaryText(lost, { ascii: true, normaliser: undefined })).toBe(
      'FAILED 3:10 audio | 1 final | first partial - ms | final p50 288 / p95 402 ms | 3000000 of 3040000 samples accounted for, 2 events missing',
    );
  });

  it.each<[string, Partial<typeof figures>]>([
    ['words before 1:02 may be missing: the resume was incomplete', { incomplete_at_s: [62.3] }],
    [
      '1 event missing, words before 0:05 and 1:02 may be missing: the resume was incomplete',
      { seq_holes: 1, incomplete_at_s: [5, 62.3] },
    ],
    ['the session ended with an error', {}],
  ])('says nothing of what is not missing: %s', (loss, changes) => {
    const lost = { ...figures, ...changes, complete: false };
    expect(summaryText(lost, plain).split(' · ').at(-1)).toBe(loss);
  });
});
