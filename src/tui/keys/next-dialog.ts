/**
 * The question before the cluster is changed.
 *
 * Always true: an effect on the cluster leaves this file alone, only from a dialog that named its object, and only
 * after the wanted word was typed in full. Enter alone never confirms, and read-only monitors open no dialog.
 */
import type { Opened } from '../choice/screen-name.ts';
import type { Dialog, Ui, Verb } from '../choice/ui.ts';
import type { Context } from './context.ts';
import { does, type Next, only, warned } from './next.ts';

const KIND_OF: Readonly<Record<Verb, Opened['kind']>> = {
  drain: 'worker',
  cordon: 'worker',
  uncordon: 'worker',
  end: 'session',
};

/** What has to be typed before enter confirms. */
export function wordFor(dialog: Dialog, confirmsByName: boolean): string {
  return confirmsByName ? dialog.id : 'y';
}

/** `ui` with the question, or with the reason why there is none. */
export function withDialog(
  ui: Ui,
  wish: { readonly verb: Verb; readonly about: Opened | undefined; readonly context: Context },
): Ui {
  const { verb, about, context } = wish;
  const kind = KIND_OF[verb];
  if (context.isReadOnly) return warned(ui, 'read-only: nothing is changed from here (--read-only)');
  if (about?.kind !== kind) return warned(ui, `no ${kind} is chosen: :${verb} takes its id`);
  return { ...ui, dialog: { verb, kind, id: about.id, typed: '' } };
}

/** The choices after `key` while `dialog` asks. */
export function nextDialog(
  ui: Ui,
  now: { readonly dialog: Dialog; readonly key: string; readonly context: Context },
): Next {
  const { dialog, key, context } = now;
  const word = wordFor(dialog, context.confirmsByName);
  switch (key) {
    case 'escape':
      return only(warned({ ...ui, dialog: undefined }, 'nothing was changed'));
    case 'enter':
      return dialog.typed === word ? confirmed(ui, dialog) : only(warned(ui, `not yet: type ${word}`));
    case 'backspace':
      return typed(ui, { ...dialog, typed: Array.from(dialog.typed).slice(0, -1).join('') });
    default:
      return Array.from(key).length === 1 && dialog.typed.length < word.length + 1
        ? typed(ui, { ...dialog, typed: dialog.typed + key })
        : only(ui);
  }
}

function typed(ui: Ui, dialog: Dialog): Next {
  return only({ ...ui, dialog });
}

function confirmed(ui: Ui, { verb, id }: Dialog): Next {
  const asked: Ui = { ...ui, dialog: undefined, notice: { text: `${verb} ${id}: asked`, tone: 'plain' } };
  return does(asked, { type: 'act', verb, id });
}
