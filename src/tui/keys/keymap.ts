/** Every key of `rt top`, in one table: input is looked up here, and help, hints and docs/top.md are made of it. */
import type { ScreenName, ViewName } from '../choice/screen-name.ts';

export type KeyCommand =
  | ViewName
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'open'
  | 'back'
  | 'filter'
  | 'next-match'
  | 'previous-match'
  | 'command'
  | 'sort'
  | 'reverse'
  | 'follow'
  | 'pause'
  | 'slower'
  | 'faster'
  | 'hide-text'
  | 'wide'
  | 'words'
  | 'durable-events'
  | 'copy'
  | 'export'
  | 'save-subtitles'
  | 'drain'
  | 'end'
  | 'help'
  | 'suspend'
  | 'quit';

export interface Binding {
  readonly command: KeyCommand;
  /** As `keysOf` names them. */
  readonly keys: readonly string[];
  /** As help shows them. */
  readonly shown: string;
  readonly does: string;
  /** Where the key means this; everywhere unless said. */
  readonly on?: readonly ScreenName[];
  /** A word for the last line of the screen, for keys one should not have to look up. */
  readonly hint?: string;
}

const TABLES: readonly ScreenName[] = ['overview', 'workers', 'sessions', 'worker'];
const LISTS: readonly ScreenName[] = [...TABLES, 'transcripts', 'events'];

export const KEYMAP: readonly Binding[] = [
  { command: 'quit', keys: ['q', 'ctrl+c'], shown: 'q ctrl-c', does: 'quit', hint: 'quit' },
  { command: 'help', keys: ['?'], shown: '?', does: 'the keys of this view', hint: 'help' },
  { command: 'overview', keys: ['1'], shown: '1', does: 'overview' },
  { command: 'workers', keys: ['2'], shown: '2', does: 'workers' },
  { command: 'sessions', keys: ['3'], shown: '3', does: 'sessions' },
  { command: 'transcripts', keys: ['4'], shown: '4', does: 'live transcripts' },
  { command: 'rooms', keys: ['5'], shown: '5', does: 'rooms' },
  { command: 'events', keys: ['6'], shown: '6', does: 'events of the fleet' },
  { command: 'up', keys: ['up', 'k'], shown: 'up k', does: 'a row up' },
  { command: 'down', keys: ['down', 'j'], shown: 'down j', does: 'a row down' },
  { command: 'page-up', keys: ['pageup'], shown: 'PgUp', does: 'a page up' },
  { command: 'page-down', keys: ['pagedown'], shown: 'PgDn', does: 'a page down' },
  { command: 'first', keys: ['g', 'home'], shown: 'g Home', does: 'to the first row' },
  { command: 'last', keys: ['G', 'end'], shown: 'G End', does: 'to the last row' },
  {
    command: 'open',
    keys: ['enter'],
    shown: 'enter',
    does: 'look at the row closely',
    on: LISTS,
    hint: 'open',
  },
  { command: 'back', keys: ['escape', 'h'], shown: 'esc h', does: 'one step back' },
  {
    command: 'filter',
    keys: ['/'],
    shown: '/',
    does: 'only rows that match',
    on: LISTS,
    hint: 'filter',
  },
  { command: 'next-match', keys: ['n'], shown: 'n', does: 'next match', on: LISTS },
  { command: 'previous-match', keys: ['N'], shown: 'N', does: 'previous match', on: LISTS },
  { command: 'command', keys: [':'], shown: ':', does: 'a command; tab completes', hint: 'command' },
  { command: 'sort', keys: ['s'], shown: 's', does: 'sort by the next column', on: TABLES, hint: 'sort' },
  { command: 'reverse', keys: ['r'], shown: 'r', does: 'reverse the order', on: TABLES },
  {
    command: 'follow',
    keys: ['f'],
    shown: 'f',
    does: 'stay at the newest, or not',
    on: ['transcripts', 'events', 'session'],
    hint: 'follow',
  },
  {
    command: 'pause',
    keys: ['p', ' '],
    shown: 'p space',
    does: 'hold the picture, or go on',
    hint: 'pause',
  },
  { command: 'slower', keys: ['+', '='], shown: '+', does: 'look at Redis less often' },
  { command: 'faster', keys: ['-'], shown: '-', does: 'look at Redis more often' },
  { command: 'hide-text', keys: ['t'], shown: 't', does: 'hide or show what is said', hint: 'text' },
  { command: 'wide', keys: ['w'], shown: 'w', does: 'more columns, or fewer', on: TABLES },
  {
    command: 'words',
    keys: ['w'],
    shown: 'w',
    does: 'words and their times',
    on: ['session'],
    hint: 'words',
  },
  {
    command: 'durable-events',
    keys: ['e'],
    shown: 'e',
    does: 'its durable events',
    on: ['session'],
    hint: 'events',
  },
  { command: 'copy', keys: ['c'], shown: 'c', does: 'copy the id' },
  { command: 'export', keys: ['e'], shown: 'e', does: 'write the rows into a file', on: LISTS },
  {
    command: 'save-subtitles',
    keys: ['S'],
    shown: 'S',
    does: 'write subtitles into a file',
    on: ['session'],
    hint: 'save',
  },
  {
    command: 'drain',
    keys: ['d'],
    shown: 'd',
    does: 'drain the worker: asks',
    on: ['workers', 'worker'],
  },
  {
    command: 'end',
    keys: ['E'],
    shown: 'E',
    does: 'end the session: asks',
    on: ['overview', 'sessions', 'transcripts', 'worker', 'session'],
  },
  { command: 'suspend', keys: ['ctrl+z'], shown: 'ctrl-z', does: 'to the shell; fg returns' },
];

/** The keys that mean something in `list`, in the order help shows them. */
export function bindingsOf(list: ScreenName): readonly Binding[] {
  return KEYMAP.filter(({ on }) => on === undefined || on.includes(list));
}

/** What `key` asks for in `list`. */
export function commandOf(key: string, list: ScreenName): KeyCommand | undefined {
  return bindingsOf(list).find(({ keys }) => keys.includes(key))?.command;
}
