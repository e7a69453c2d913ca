import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeText } from '../../src/base/terminal-text.ts';

test.each([
  ['plain text, ünïcode and 世界 👩‍👧', 'plain text, ünïcode and 世界 👩‍👧'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007after', 'after'],
  ['\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007', 'link'],
  ['\u009b31mred', 'red'],
  ['\u001b\u0007[2Jcut in two', '[2Jcut in two'],
  ['bell\u0007 back\u0008 null\u0000 del\u007f c1\u0090', 'bell back null del c1'],
  ['abc\u202edcba\u202c \u2066x\u2069 \u200ey\u061c', 'abcdcba x y'],
  ['over\rwritten', 'over written'],
  ['two\r\nlines\tand a tab', 'two lines and a tab'],
  ['next\u0085line \u2028 sep', 'next line   sep'],
  ['lone \ud800 half', 'lone \ufffd half'],
])('%j becomes %j', (text, safe) => {
  expect(safeText(text)).toBe(safe);
});

test('lines and tabs stay where they are wanted', () => {
  expect(safeText('two\r\nlines\tand\u001b[1m bold', { multiline: true })).toBe('two\nlines\tand bold');
});

test('nothing that steers a terminal ever remains', () => {
  const nasty = fc.constantFrom(
    '\u001b',
    '[',
    ']',
    '\u009b',
    '\u0007',
    '\u202e',
    '3',
    'm',
    ';',
    '\r',
    '\n',
    'a',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 2 }))),
      fc.boolean(),
      (parts, multiline) => {
        const allowed = multiline
          ? /^(?:[\n\t]|[^\p{Cc}\p{Bidi_Control}\p{Cs}])*$/u
          : /^[^\p{Cc}\p{Bidi_Control}\p{Cs}]*$/u;
        expect(safeText(parts.join(''), { multiline })).toMatch(allowed);
      },
    ),
    { numRuns: 1000 },
  );
});

test('what is safe already is not changed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const once = safeText(text);
      expect(safeText(once)).toBe(once);
    }),
  );
});
