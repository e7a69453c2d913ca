import { describe, expect, it } from 'vitest';
import { createLiveRegion } from '../../src/cli/live-region.ts';

function record(columns = 20) {
  const written: string[] = [];
  const size = { columns };
  const region = createLiveRegion({ columns: () => size.columns, write: (text) => void written.push(text) });
  return { region, written, size };
}

describe('the live lines', () => {
  it('[STR-5] are drawn over, however many there were', () => {
    const { region, written } = record();
    region.show(['one']);
    region.show(['two', 'three']);
    region.show(['four']);
    region.show([]);
    expect(written).toEqual(['one', '\r\u001b[Jtwo\nthree', '\r\u001b[1A\u001b[Jfour', '\r\u001b[J']);
  });

  it('are not drawn again when nothing changed', () => {
    const { region, written } = record();
    region.show(['one', 'two']);
    region.show(['one', 'two']);
    expect(written).toHaveLength(1);
  });

  it('[STR-5] are away while anything else is printed', () => {
    const { region, written } = record();
    region.show(['live']);
    region.above(() => written.push('said\n'));
    expect(written).toEqual(['live', '\r\u001b[J', 'said\n', 'live']);
  });

  it('[STR-6] take as many rows as a terminal breaks them into that was made narrower', () => {
    const { region, written, size } = record(20);
    region.show(['\u001b[2m0123456789\u001b[22m', '日本語日本']);
    size.columns = 5;
    region.show(['x']);
    expect(written[1]).toBe('\r\u001b[3A\u001b[Jx');
  });

  it('do not come back', () => {
    const { region, written } = record();
    region.show(['live']);
    region.close();
    region.show(['again']);
    region.above(() => written.push('said\n'));
    expect(written).toEqual(['live', '\r\u001b[J', 'said\n']);
  });
});
