/** A line that is typed: a filter, which is in force while it is typed, or a command. */
import { complete, parseCommand } from './command-line.ts';
import type { Next } from '../effects/effect.ts';
import { FIELDS } from '../list/fields.ts';
import { parseFilter } from '../list/filter.ts';
import { withDialog } from './next-dialog.ts';
import type { Context } from '../list/on-screen.ts';
import { type Input, screenOf, type Ui, withChoice, withView } from '../choice/ui.ts';

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
      return { ui: { ...ui, input: undefined }, effects: [] };
    case 'enter':
      return input.kind === 'filter' ? filtered(ui, input.text) : commanded(ui, input.text, context);
    case 'tab':
      return input.kind === 'filter' ? { ui, effects: [] } : completed(ui, input.text, context);
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
        : { ui, effects: [] };
  }
}

function typed(ui: Ui, input: Input | undefined): Next {
  return { ui: { ...ui, input }, effects: [] };
}

function warned(ui: Ui, text: string): Next {
  return { ui: { ...ui, notice: { text, tone: 'warn' } }, effects: [] };
}

function filtered(ui: Ui, text: string): Next {
  const filter = parseFilter(text, FIELDS[screenOf(ui)]);
  if (filter.type === 'invalid') return warned(ui, filter.message);
  return typed(withChoice(ui, { filter: text.trim() }), undefined);
}

function completed(ui: Ui, text: string, context: Context): Next {
  const { text: longer, candidates } = complete(text, context);
  const notice =
    candidates.length === 0 ? undefined : ({ text: candidates.join(' '), tone: 'plain' } as const);
  return { ui: { ...ui, input: { kind: 'command', text: longer }, notice }, effects: [] };
}

function commanded(ui: Ui, text: string, context: Context): Next {
  if (text.trim() === '') return typed(ui, undefined);
  const command = parseCommand(text, context);
  const done: Ui = { ...ui, input: undefined };
  switch (command.type) {
    case 'invalid':
      return warned(ui, command.message);
    case 'quit':
      return { ui: done, effects: [{ type: 'quit' }] };
    case 'help':
      return { ui: { ...done, isHelpShown: true }, effects: [] };
    case 'ask':
      return { ui: withDialog(done, { verb: command.verb, about: command, context }), effects: [] };
    case 'view': {
      const next = withView(done, command.view);
      if (command.filter === undefined) return { ui: next, effects: [] };
      const { ui: shown } = filtered(next, command.filter);
      // A filter that means nothing there: the line stays, and so does the view.
      return { ui: shown.notice === undefined ? shown : { ...ui, notice: shown.notice }, effects: [] };
    }
  }
}
