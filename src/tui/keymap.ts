/** Every key of `rt top`, in one table: input is looked up here and help is printed from here. */

export type KeyCommand =
  | 'quit'
  | 'pause'
  | 'hide-text'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'help'
  | 'back';

export interface Binding {
  readonly command: KeyCommand;
  /** As `keysOf` names them. */
  readonly keys: readonly string[];
  /** As help shows them. */
  readonly shown: string;
  readonly does: string;
}

export const KEYMAP: readonly Binding[] = [
  { command: 'up', keys: ['up', 'k'], shown: 'up k', does: 'scroll live text up' },
  { command: 'down', keys: ['down', 'j'], shown: 'down j', does: 'scroll live text down' },
  { command: 'page-up', keys: ['pageup'], shown: 'PgUp', does: 'a page up' },
  { command: 'page-down', keys: ['pagedown'], shown: 'PgDn', does: 'a page down' },
  { command: 'first', keys: ['g', 'home'], shown: 'g Home', does: 'to the first session' },
  { command: 'last', keys: ['G', 'end'], shown: 'G End', does: 'to the last session' },
  { command: 'pause', keys: ['p', ' '], shown: 'p space', does: 'hold the picture still, or let it go on' },
  { command: 'hide-text', keys: ['t'], shown: 't', does: 'hide or show what is said' },
  { command: 'help', keys: ['?'], shown: '?', does: 'open or close this page' },
  { command: 'back', keys: ['escape'], shown: 'esc', does: 'close this page' },
  { command: 'quit', keys: ['q', 'ctrl+c'], shown: 'q ctrl-c', does: 'quit' },
];

/** The part of Ink's key description that is looked at. */
export interface KeyPress {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
}

/** What one piece of input asks for, in order: a key held down may arrive several times at once. */
export function commandsOf(input: string, key: KeyPress): readonly KeyCommand[] {
  return keysOf(input, key).flatMap((name) => KEYMAP.find(({ keys }) => keys.includes(name))?.command ?? []);
}

function keysOf(input: string, key: KeyPress): readonly string[] {
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.pageUp) return ['pageup'];
  if (key.pageDown) return ['pagedown'];
  if (key.home) return ['home'];
  if (key.end) return ['end'];
  if (key.escape) return ['escape'];
  return key.ctrl ? [`ctrl+${input}`] : Array.from(input);
}
