import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rtBasic, rtBasicOh } from '../../src/bench/normalise.ts';

test.each([
  ['Hello,   World!', ['hello', 'world']],
  ["Don't stop — it's nine o'clock", ["don't", 'stop', "it's", '9', "o'clock"]],
  ['Don’t', ["don't"]],
  ["'quoted' dogs' tails", ['quoted', 'dogs', 'tails']],
  ['twenty-one', ['twenty', '1']],
  ['1 2 3', ['1', '2', '3']],
  ['123', ['1', '2', '3']],
  ['one two three', ['1', '2', '3']],
  ['ZERO oh', ['0', 'oh']],
  ['ﬁne ＡＢＣ', ['fine', 'abc']],
  ['Grüße aus São Paulo', ['grüße', 'aus', 'são', 'paulo']],
  ['नमस्ते दुनिया', ['नमस्ते', 'दुनिया']],
  ['... !? \n\t', []],
])('%j has the words %j', (text, words) => {
  expect(rtBasic.words(text)).toEqual(words);
});

test('oh is zero only where digit strings are compared', () => {
  expect(rtBasicOh.words('one oh five')).toEqual(['1', '0', '5']);
  expect([rtBasic.name, rtBasicOh.name]).toEqual(['rt-basic-1', 'rt-basic-1+oh']);
});

test('normalising what is normalised changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const words = rtBasic.words(text);
      expect(rtBasic.words(words.join(' '))).toEqual(words);
    }),
  );
});
