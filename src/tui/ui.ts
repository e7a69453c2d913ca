/** What the person at the keyboard has chosen: one value, changed by one pure function. */
import type { KeyCommand } from './keymap.ts';

export interface Ui {
  readonly screen: 'overview' | 'help';
  readonly isPaused: boolean;
  readonly isTextHidden: boolean;
  /** First session shown. */
  readonly offset: number;
}

export const INITIAL_UI: Ui = { screen: 'overview', isPaused: false, isTextHidden: false, offset: 0 };

export interface Scroll {
  readonly pageRows: number;
  readonly total: number;
}

/** The first row shown, kept where a full page follows while there are enough rows. */
export function boundedOffset(offset: number, { pageRows, total }: Scroll): number {
  return Math.max(0, Math.min(offset, total - pageRows));
}

/** The choice after `command`; quitting is not one. */
export function nextUi(ui: Ui, command: Exclude<KeyCommand, 'quit'>, scroll: Scroll): Ui {
  const moveTo = (offset: number): Ui => ({ ...ui, offset: boundedOffset(offset, scroll) });
  const offset = boundedOffset(ui.offset, scroll);
  switch (command) {
    case 'help':
      return { ...ui, screen: ui.screen === 'help' ? 'overview' : 'help' };
    case 'back':
      return { ...ui, screen: 'overview' };
    case 'pause':
      return { ...ui, isPaused: !ui.isPaused };
    case 'hide-text':
      return { ...ui, isTextHidden: !ui.isTextHidden };
    case 'up':
      return moveTo(offset - 1);
    case 'down':
      return moveTo(offset + 1);
    case 'page-up':
      return moveTo(offset - scroll.pageRows);
    case 'page-down':
      return moveTo(offset + scroll.pageRows);
    case 'first':
      return moveTo(0);
    case 'last':
      return moveTo(scroll.total);
  }
}
