/**
 * What the person at the keyboard has chosen: one value, changed by one pure function (keys/next-ui.ts).
 *
 * Always true: nothing here is derived from the fleet, so any value can be shown with any data.
 */
import { type ListChoice, untouched } from './list-choice.ts';
import type { Opened, ScreenName, ViewName } from './screen-name.ts';

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
