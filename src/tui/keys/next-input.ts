/** A line that is typed: a filter, which is in force while it is typed, or a command. */
import { type Input, screenOf, type Ui, withChoice, withView } from '../choice/ui.ts';
import { FIELDS } from '../list/fields.ts';
import { parseFilter } from '../list/filter.ts';
import { complete, parseCommand } from './command-line.ts';
import type { Context } from './context.ts';
import { does, type Next, only, warned } from './next.ts';
import { withDialog } from './next-dialog.ts';

/** Longer lines are typed by no one. */
const MOST_LETTERS = 200;

/** The choices after `key` while `input` is typed. */
export function nextInput(
  ui: Ui,
  now: { readonly input: Input; readonly key: string; readonly context: Context },
): Next {
  const { input, key, context } = now;
  switch (key) {
    case 'escape':
      return only({ ...ui, input: undefined });
    case 'enter':
      return input.kind === 'filter' ? filtered(ui, input.text) : commanded(ui, input.text, context);
    case 'tab':
      return input.kind === 'filter' ? only(ui) : completed(ui, input.text, context);
    case 'backspace':
      // Taking back more than was typed gives the line up.
      return typed(
        ui,
        input.text === '' ? undefined : { ...input, text: Array.from(input.text).slice(0, -1).join('') },
      );
    case 'ctrl+u':
      return typed(ui, { ...input, text: '' });
    default:
      return Array.from(key).length === 1 && input.text.length < MOST_LETTERS
        ? typed(ui, { ...input, text: input.text + key })
        : only(ui);
  }
}

function typed(ui: Ui, input: Input | undefined): Next {
  return only({ ...ui, input });
}

function filtered(ui: Ui, text: string): Next {
  const filter = parseFilter(text, FIELDS[screenOf(ui)]);
  if (filter.type === 'invalid') return only(warned(ui, filter.message));
  return typed(withChoice(ui, { filter: text.trim() }), undefined);
}

function completed(ui: Ui, text: string, context: Context): Next {
  const { text: longer, candidates } = complete(text, context);
  const notice =
    candidates.length === 0 ? undefined : ({ text: candidates.join(' '), tone: 'plain' } as const);
  return only({ ...ui, input: { kind: 'command', text: longer }, notice });
}

function commanded(ui: Ui, text: string, context: Context): Next {
  if (text.trim() === '') return typed(ui, undefined);
  const command = parseCommand(text, context);
  const done: Ui = { ...ui, input: undefined };
  switch (command.type) {
    case 'invalid':
      return only(warned(ui, command.message));
    case 'quit':
      return does(done, { type: 'quit' });
    case 'help':
      return only({ ...done, isHelpShown: true });
    case 'ask':
      return only(withDialog(done, { verb: command.verb, about: command, context }));
    case 'view': {
      const next = withView(done, command.view);
      if (command.filter === undefined) return only(next);
      const { ui: shown } = filtered(next, command.filter);
      // A filter that means nothing there: the line stays, and so does the view.
      return only(shown.notice === undefined ? shown : { ...ui, notice: shown.notice });
    }
  }
}
