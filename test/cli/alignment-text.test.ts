import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/base/display-width.ts';
import { createStreamScore } from '../../src/app/stream-score.ts';
import { alignmentLines } from '../../src/cli/alignment-text.ts';

const align = (ref: string, hyp: string) => createStreamScore(ref).align(hyp);

describe('alignmentLines', () => {
  it('[STR-8] sets the texts beneath each other and marks what differs', () => {
    expect(alignmentLines(align('we need all the numbers', 'we neat all numbers now'), 80)).toEqual([
      'REF  we need all the numbers ***',
      'HYP  we neat all *** numbers now',
      '        S        D           I',
    ]);
  });

  it('[STR-8] says nothing where nothing differs', () => {
    expect(alignmentLines(align('Hello, world!', 'hello world'), 80)).toEqual([]);
    expect(alignmentLines([], 80)).toEqual([]);
  });

  it('[STR-8] leaves out lines in which nothing differs', () => {
    const ref = 'a b c d e f g h i j k l m n o p';
    expect(alignmentLines(align(ref, ref.replace('d', 'x')), 13)).toEqual([
      'REF  a b c d',
      'HYP  a b c x',
      '           S',
      '…',
    ]);
  });

  it('[STR-8] keeps to the width, with wide characters, and safe', () => {
    const text = fc.stringMatching(/^[a-e日本 ]{0,40}$/u);
    fc.assert(
      fc.property(text, text, fc.integer({ min: 20, max: 60 }), (ref, hyp, columns) => {
        const widest = Math.max(...`${ref} ${hyp}`.split(' ').map(displayWidth));
        const most = Math.max(columns, 'REF  '.length + widest);
        for (const line of alignmentLines(align(ref, hyp), columns))
          expect(displayWidth(line)).toBeLessThanOrEqual(most);
      }),
      { examples: [['日日日本本本本日', '', 20]] },
    );
    const [, hyp] = alignmentLines([{ op: 'ins', ref: null, hyp: 'a\u001b[2Jb' }], 40);
    expect(hyp).toBe('HYP  ab');
  });
});
