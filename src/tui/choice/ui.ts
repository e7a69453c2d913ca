/**
 * What the person at the keyboard has chosen: one value, changed by one pure function (next-ui.ts).
 *
 * Rows are chosen by id and remembered by place as well: a list may be sorted anew, filtered or shortened under a
 * choice at any time. Always true: nothing here is derived from the fleet, so any value can be shown with any data.
 */

export const VIEW_NAMES = ['overview', 'workers', 'sessions', 'transcripts', 'rooms', 'events'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** One thing looked at closely, and what it was opened from. */
export interface Opened {
  readonly kind: 'worker' | 'session';
  readonly id: string;
  readonly from?: Opened;
}

/** What fills the screen; each has rows of its own to move in. */
export type ScreenName = ViewName | Opened['kind'] | 'help';

export interface Sort {
  /** Name of a field of the list. */
  readonly by: string;
  readonly isReversed: boolean;
}

/** What was chosen in one list. */
export interface ListChoice {
  /** Undefined before anybody has moved: the first row, or the last of a list that is followed. */
  readonly selected: string | undefined;
  /** Where the selected row was last: the choice when it is gone. */
  readonly index: number;
  /** First row shown. */
  readonly offset: number;
  /** Undefined for the order the list has of itself. */
  readonly sort: Sort | undefined;
  /** An expression of filter.ts; empty for all rows. */
  readonly filter: string;
  /** New rows at the end move the choice along. */
  readonly isFollowing: boolean;
}

/** A line that is being typed. */
export interface Input {
  readonly kind: 'filter' | 'command';
  readonly text: string;
}

export type Verb = 'drain' | 'cordon' | 'uncordon' | 'end';

/** A question that has to be answered before the cluster is changed. */
export interface Dialog {
  readonly verb: Verb;
  readonly kind: Opened['kind'];
  readonly id: string;
  readonly typed: string;
}

/** An answer to the last key; gone with the next one. */
export interface Notice {
  readonly text: string;
  readonly tone: 'plain' | 'warn';
}

export interface Ui {
  readonly view: ViewName;
  readonly open: Opened | undefined;
  readonly lists: Readonly<Record<ScreenName, ListChoice>>;
  readonly isHelpShown: boolean;
  readonly input: Input | undefined;
  readonly dialog: Dialog | undefined;
  readonly notice: Notice | undefined;
  readonly isPaused: boolean;
  /** Nobody who looks over a shoulder shall read along. */
  readonly isTextHidden: boolean;
  readonly isWide: boolean;
  /** On the session's screen: words with their times, and the durable events in place of the transcript. */
  readonly areWordsShown: boolean;
  readonly areEventsShown: boolean;
  /** Time between two looks at Redis. */
  readonly intervalMs: number;
}

export interface UiOptions {
  readonly view?: ViewName;
  /** Of that view. */
  readonly filter?: string;
  readonly isTextHidden?: boolean;
  readonly intervalMs?: number;
}

/** Lists that grow at their end. */
const TAILS: readonly ScreenName[] = ['transcripts', 'events', 'session'];

/** Whether new rows of `list` come at its end. */
export function isTail(list: ScreenName): boolean {
  return TAILS.includes(list);
}

function untouched(list: ScreenName): ListChoice {
  const isFollowing = isTail(list);
  return { selected: undefined, index: 0, offset: 0, sort: undefined, filter: '', isFollowing };
}

/** Before the first key. */
export function createUi(options: UiOptions = {}): Ui {
  const { view = 'overview', filter = '', isTextHidden = false, intervalMs = 1000 } = options;
  const lists: Ui['lists'] = {
    overview: untouched('overview'),
    workers: untouched('workers'),
    sessions: untouched('sessions'),
    transcripts: untouched('transcripts'),
    rooms: untouched('rooms'),
    events: untouched('events'),
    worker: untouched('worker'),
    session: untouched('session'),
    help: untouched('help'),
  };
  return {
    view,
    open: undefined,
    lists: { ...lists, [view]: { ...lists[view], filter } },
    isHelpShown: false,
    input: undefined,
    dialog: undefined,
    notice: undefined,
    isPaused: false,
    isTextHidden,
    isWide: false,
    areWordsShown: false,
    areEventsShown: false,
    intervalMs,
  };
}

/** What is drawn for `ui`, and where keys move. */
export function screenOf(ui: Ui): ScreenName {
  return ui.isHelpShown ? 'help' : screenBelowHelp(ui);
}

/** What help is about. */
export function screenBelowHelp({ open, view }: Ui): Exclude<ScreenName, 'help'> {
  return open?.kind ?? view;
}

/** `ui` with `opened` on the screen; its list begins anew. */
export function withOpened(ui: Ui, opened: Opened): Ui {
  const lists = { ...ui.lists, [opened.kind]: untouched(opened.kind) };
  return { ...ui, open: opened, lists, areWordsShown: false, areEventsShown: false };
}

/** `ui` with `changes` to the list that keys move in. */
export function withChoice(ui: Ui, changes: Partial<ListChoice>): Ui {
  const name = screenOf(ui);
  return { ...ui, lists: { ...ui.lists, [name]: { ...ui.lists[name], ...changes } } };
}

/** `ui` with `view` in place of all that is open. */
export function withView(ui: Ui, view: ViewName): Ui {
  return { ...ui, view, open: undefined, isHelpShown: false };
}
