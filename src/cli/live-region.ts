/**
 * Some lines at the bottom of a terminal that are drawn over; everything else goes above them into the ordinary
 * scrollback, where it can be copied.
 *
 * Always true: the region is gone before anything else is printed; no line of it fills the last column, which would
 * wrap in some terminals; how many rows there are to erase is asked at the width of now, since terminals break lines
 * anew when they are made narrower.
 */
import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../base/display-width.ts';

export interface LiveRegion {
  /** Draws `lines` in place of those before; each fits into the columns but the last. */
  show(lines: readonly string[]): void;
  /** Calls `print` while the region is away. */
  above(print: () => void): void;
  /** Takes the region away for good: `show` does nothing from here on. */
  close(): void;
}

export interface LiveRegionOptions {
  readonly columns: () => number;
  readonly write: (text: string) => void;
}

export function createLiveRegion({ columns, write }: LiveRegionOptions): LiveRegion {
  let wanted: readonly string[] = [];
  let drawn: readonly string[] = [];
  let isClosed = false;

  const erasure = (): string => {
    if (drawn.length === 0) return '';
    const rows = drawn.reduce((sum, line) => sum + rowsOf(line, columns()), 0);
    return `\r${rows > 1 ? `\u001b[${String(rows - 1)}A` : ''}\u001b[J`;
  };
  const draw = (): void => {
    const isSame = wanted.length === drawn.length && wanted.every((line, index) => line === drawn[index]);
    if (isSame) return;
    write(erasure() + wanted.join('\n'));
    drawn = wanted;
  };
  const erase = (): void => {
    if (drawn.length > 0) write(erasure());
    drawn = [];
  };

  return {
    show: (lines) => {
      if (isClosed) return;
      wanted = lines;
      draw();
    },
    above: (print) => {
      erase();
      print();
      if (!isClosed) draw();
    },
    close: () => {
      isClosed = true;
      erase();
    },
  };
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(displayWidth(stripVTControlCharacters(line)) / Math.max(1, columns)));
}
