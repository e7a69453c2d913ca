/**
 * The meaning of every key: from the choices so far to the next ones, and what is asked of the world.
 *
 * A question takes all keys, then a line being typed, then the screen. Always true: no key alone changes the cluster
 * (next-dialog.ts), and what was typed is kept until it is understood or given up with esc.
 */
import { type Opened, VIEW_NAMES, type ViewName } from '../choice/screen-name.ts';
import { type Notice, screenOf, type Ui, withChoice, withOpened, withView } from '../choice/ui.ts';
import { placeOf } from '../list/list-place.ts';
import type { Context } from './context.ts';
import { commandOf, type KeyCommand } from './keymap.ts';
import { does, type Next, only, warned } from './next.ts';
import { nextDialog, withDialog } from './next-dialog.ts';
import { nextInput } from './next-input.ts';
import { movedTo, placedBy, sortedBy } from './next-list.ts';

/** Between two looks at Redis, as `+` and `-` step through them. */
export const INTERVALS_MS: readonly number[] = [250, 500, 1000, 2000, 5000, 10_000, 30_000];

/** The choices after `key`, as key-names.ts names it. */
export function nextUi(before: Ui, key: string, context: Context): Next {
  const ui: Ui = { ...before, notice: undefined };
  if (key === 'ctrl+c') return does(ui, { type: 'quit' });
  if (key === 'ctrl+z') return does(ui, { type: 'suspend' });
  if (ui.dialog !== undefined) return nextDialog(ui, { dialog: ui.dialog, key, context });
  if (ui.input !== undefined) return nextInput(ui, { input: ui.input, key, context });
  const command = commandOf(key, screenOf(ui));
  if (command === undefined) return only(ui);
  return isView(command) ? only(withView(ui, command)) : obeyed(ui, command, context);
}

function isView(command: KeyCommand): command is ViewName {
  return VIEW_NAMES.some((view) => view === command);
}

type Rest = Exclude<KeyCommand, ViewName>;

function obeyed(ui: Ui, command: Rest, context: Context): Next {
  return moved(ui, command, context) ?? switched(ui, command, context) ?? asked(ui, command, context);
}

/** Keys that choose a row. */
function moved(ui: Ui, command: Rest, { list }: Context): Next | undefined {
  const { index } = placeOf(ui.lists[screenOf(ui)], list);
  const page = Math.max(1, list.pageRows - 1);
  const targets: Partial<Record<Rest, number>> = {
    up: index - 1,
    down: index + 1,
    'page-up': index - page,
    'page-down': index + page,
    first: 0,
    last: list.items.length - 1,
  };
  const target = targets[command];
  if (target !== undefined) return only(movedTo(ui, target, list));
  if (command !== 'next-match' && command !== 'previous-match') return undefined;
  if (ui.lists[screenOf(ui)].filter === '')
    return only(warned(ui, 'nothing to match: / asks what to look for'));
  return only(placedBy(ui, command === 'next-match' ? 1 : -1, list));
}

/** Keys that change what is shown and how. */
function switched(ui: Ui, command: Rest, context: Context): Next | undefined {
  const choice = ui.lists[screenOf(ui)];
  switch (command) {
    case 'help':
      return only({ ...ui, isHelpShown: !ui.isHelpShown });
    case 'back':
      return only(steppedBack(ui));
    case 'filter':
      return only({ ...ui, input: { kind: 'filter', text: choice.filter } });
    case 'command':
      return only({ ...ui, input: { kind: 'command', text: '' } });
    case 'sort':
      return only(sortedBy(ui));
    case 'reverse':
      return choice.sort === undefined
        ? only(warned(ui, 'the order is its own: s chooses a column'))
        : only(withChoice(ui, { sort: { ...choice.sort, isReversed: !choice.sort.isReversed } }));
    case 'follow':
      return only(withChoice(placedBy(ui, 0, context.list), { isFollowing: !choice.isFollowing }));
    case 'pause':
      return only({ ...ui, isPaused: !ui.isPaused });
    case 'hide-text':
      return context.hasTranscripts
        ? only({ ...ui, isTextHidden: !ui.isTextHidden })
        : only(warned(ui, 'texts are off: rt top was started with --no-transcripts'));
    case 'wide':
      return only({ ...ui, isWide: !ui.isWide });
    case 'words':
      return only({ ...ui, areWordsShown: !ui.areWordsShown });
    case 'durable-events':
      return only({ ...ui, areEventsShown: !ui.areEventsShown });
    default:
      return undefined;
  }
}

/** Keys that are about the chosen row, or about the world. */
function asked(ui: Ui, command: Rest, context: Context): Next {
  const about = aboutOf(ui, context);
  switch (command) {
    case 'open':
      return about === undefined ? only(warned(ui, 'nothing to open here')) : only(opened(ui, about));
    case 'copy':
      return about === undefined
        ? only(warned(ui, 'nothing to copy here'))
        : does(ui, { type: 'copy', text: about.id });
    case 'export':
      return does(ui, { type: 'export' });
    case 'save-subtitles':
      return about === undefined ? only(ui) : does(ui, { type: 'save-subtitles', sessionId: about.id });
    case 'drain':
    case 'end':
      return only(withDialog(ui, { verb: command, about, context }));
    case 'slower':
    case 'faster':
      return paced(ui, command === 'slower' ? 1 : -1);
    default:
      return command === 'quit' || command === 'suspend' ? does(ui, { type: command }) : only(ui);
  }
}

/** The row that is chosen, or on a screen without rows the thing it shows. */
function aboutOf(ui: Ui, { list }: Context): Opened | undefined {
  const { index } = placeOf(ui.lists[screenOf(ui)], list);
  if (ui.open?.kind === 'session') return ui.open;
  return list.items[index]?.about ?? ui.open;
}

function opened(ui: Ui, { kind, id }: Opened): Ui {
  const isShown = ui.open?.kind === kind && ui.open.id === id;
  if (isShown) return ui;
  return withOpened(ui, { kind, id, ...(ui.open === undefined ? {} : { from: ui.open }) });
}

/** One step towards the overview. */
function steppedBack(ui: Ui): Ui {
  if (ui.isHelpShown) return { ...ui, isHelpShown: false };
  if (ui.open !== undefined) return { ...ui, open: ui.open.from };
  if (ui.lists[screenOf(ui)].filter !== '') return withChoice(ui, { filter: '' });
  return withView(ui, 'overview');
}

function paced(ui: Ui, step: 1 | -1): Next {
  const current = ui.intervalMs;
  const next =
    step > 0 ? INTERVALS_MS.find((ms) => ms > current) : INTERVALS_MS.findLast((ms) => ms < current);
  const intervalMs = next ?? current;
  const notice: Notice = { text: `one look every ${String(intervalMs / 1000)} s`, tone: 'plain' };
  return does({ ...ui, intervalMs, notice }, { type: 'look-every', intervalMs });
}
