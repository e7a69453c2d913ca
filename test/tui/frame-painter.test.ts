import { describe, expect, it } from 'vitest';
import { paint } from '../../src/tui/frame-painter.ts';

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
});
