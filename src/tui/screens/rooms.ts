import { exactly, textLine } from '../drawing/line.ts';
import { NO_LIST } from '../list/list-on-screen.ts';
import { heading } from '../parts/heading.ts';
import { NO_ROOMS } from '../table/hints.ts';
import type { Picture, ScreenProps } from './screen.ts';

/** Sessions that speak together. */
export function roomsScreen({ columns, rows, theme }: ScreenProps): Picture {
  return {
    list: NO_LIST,
    draw: () => {
      const title = heading({ title: 'ROOMS', note: '', width: columns, theme });
      return exactly([title, ...NO_ROOMS.map((text) => textLine(text, 'faint'))], rows);
    },
  };
}
