import { describe, expect, it } from 'vitest';
import { paint } from '../../../src/tui/terminal/frame-painter.ts';

describe('paint', () => {
  it('writes every line of a first frame', () => {
    expect(paint([], ['a', 'b'])).toBe('\u001b[1;1H\u001b[Ka\u001b[2;1H\u001b[Kb');
  });

  it('writes only lines that changed', () => {
    expect(paint(['a', 'b', 'c'], ['a', 'B', 'c'])).toBe('\u001b[2;1H\u001b[KB');
  });

  it('writes nothing for the same frame', () => {
    expect(paint(['a', 'b'], ['a', 'b'])).toBe('');
  });

  it('erases what a shorter frame leaves below', () => {
    expect(paint(['a', 'b', 'c'], ['a'])).toBe('\u001b[2;1H\u001b[J');
  });

  it('writes lines that are new even when they are empty', () => {
    expect(paint(['a'], ['a', ''])).toBe('\u001b[2;1H\u001b[K');
  });

  it('writes a line from one letter before the change on', () => {
    const [before, after] = ['sess_1  0:07  hello', 'sess_1  0:08  hello'];
    expect(paint([before], [after])).toBe('\u001b[1;11H\u001b[K08  hello');
  });

  it.each([
    ['a letter that is wider in some terminals than in others', '日本 1', '日本 2'],
    ['a colour', '\u001b[2mab\u001b[22m', '\u001b[2mac\u001b[22m'],
  ])('writes anew all from %s on', (_what, before, after) => {
    expect(paint([before], [after])).toBe(`\u001b[1;1H\u001b[K${after}`);
  });

  it('leaves no accent behind, and takes none away', () => {
    expect(paint(['ne'], ['ne\u0301'])).toBe('\u001b[1;2H\u001b[Ke\u0301');
    expect(paint(['ne\u0301'], ['ne'])).toBe('\u001b[1;2H\u001b[Ke');
  });

  it('writes the end of a line that has become longer, and erases that of one that has become shorter', () => {
    expect(paint(['abc'], ['abcd'])).toBe('\u001b[1;3H\u001b[Kcd');
    expect(paint(['abcd'], ['abc'])).toBe('\u001b[1;3H\u001b[Kc');
  });
});
