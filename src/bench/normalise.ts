/** How text becomes words before it is compared; a word error rate means little without its name. */
export interface Normaliser {
  /** Stands beside every figure made with it. */
  readonly name: string;
  words(text: string): string[];
}

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const DIGIT_OF_WORD: ReadonlyMap<string, string> = new Map(
  DIGITS.map((word, digit) => [word, String(digit)]),
);

/**
 * `rt-basic-1`: NFKC, lower case, everything but letters, marks, digits and apostrophes inside words
 * becomes a space, digits stand alone, and the words zero to nine are digits: `Nine-0 o'clock!` is
 * [9, 0, o'clock]. Larger numbers are left as they are written, so `ten` and `10` differ.
 */
export const rtBasic: Normaliser = { name: 'rt-basic-1', words: basicWords };

/** `rt-basic-1+oh`: the same, and `oh` is the digit 0; for texts known to be digit strings. */
export const rtBasicOh: Normaliser = {
  name: 'rt-basic-1+oh',
  words: (text) => basicWords(text).map((word) => (word === 'oh' ? '0' : word)),
};

function basicWords(text: string): string[] {
  const spaced = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘ʼ`]/gu, "'")
    .replace(/[^\p{L}\p{M}\p{Nd}']/gu, ' ')
    .replace(/\p{Nd}/gu, ' $& ')
    .replace(/(?<![\p{L}\p{M}])'|'(?![\p{L}\p{M}])/gu, ' ');
  const words = spaced.split(' ').filter((word) => word !== '');
  return words.map((word) => DIGIT_OF_WORD.get(word) ?? word);
}
