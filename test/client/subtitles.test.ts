import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toSrt, toVtt, wrapText } from '../../src/client/subtitles.ts';

const SEGMENTS = [
  { start: 0.32, end: 2.5, text: 'hello there' },
  { start: 3661.0004, end: 3662.9996, text: 'an hour later' },
];

test('SubRip has numbers and commas', () => {
  expect(toSrt(SEGMENTS)).toBe(`1
00:00:00,320 --> 00:00:02,500
hello there

2
01:01:01,000 --> 01:01:03,000
an hour later
`);
});

test('WebVTT has a header and points', () => {
  expect(toVtt(SEGMENTS)).toBe(`WEBVTT

00:00:00.320 --> 00:00:02.500
hello there

01:01:01.000 --> 01:01:03.000
an hour later
`);
});

test('no segments give valid empty files', () => {
  expect(toSrt([])).toBe('');
  expect(toVtt([])).toBe('WEBVTT\n');
});

test('segments without text are left out and not counted', () => {
  const segments = [{ start: 0, end: 1, text: ' \u0007 ' }, ...SEGMENTS];
  expect(toSrt(segments)).toBe(toSrt(SEGMENTS));
});

test('text cannot break the file it stands in', () => {
  const text = 'a\n\nb \u001b[31m<c> & --> d';
  expect(toVtt([{ start: 1, end: 2, text }])).toBe(
    'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na b &lt;c&gt; &amp; --&gt; d\n',
  );
  expect(toSrt([{ start: 1, end: 2, text }])).toBe('1\n00:00:01,000 --> 00:00:02,000\na b <c> & → d\n');
});

test('a segment that ends where it begins is still shown', () => {
  expect(toSrt([{ start: 1, end: 1, text: 'x' }])).toContain('00:00:01,000 --> 00:00:01,001');
});

test('long text is wrapped at 42 columns', () => {
  const text = 'the quick brown fox jumps over the lazy dog and then walks home';
  expect(toSrt([{ start: 0, end: 1, text }])).toContain(
    'the quick brown fox jumps over the lazy\ndog and then walks home\n',
  );
});

test('wrapping keeps every character but spaces and never exceeds the width', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.integer({ min: 1, max: 50 }),
      (text, width) => {
        const lines = wrapText(text, width);
        expect(lines.join('').replace(/\s+/gu, '')).toBe(text.replace(/\s+/gu, ''));
        for (const line of lines) {
          expect(Array.from(line).length).toBeLessThanOrEqual(width);
          expect(line).not.toBe('');
        }
      },
    ),
  );
});
