import { displayWidth } from '../../base/display-width.ts';
import type { Dialog, Verb } from '../choice/ui.ts';
import { cell } from '../drawing/cell.ts';
import type { Span } from '../drawing/column.ts';
import { type Line, lineOf, textLine } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrapToColumns } from '../drawing/wrap-text.ts';
import { wordFor } from '../keys/next-dialog.ts';
import type { View } from '../state/view.ts';
import { heading } from './heading.ts';

export interface DialogBoxOptions {
  readonly dialog: Dialog;
  readonly view: View;
  readonly confirmsByName: boolean;
  readonly columns: number;
  readonly theme: Theme;
}

/** Which thing is about to be changed, what that does, and what to type. */
export function dialogBox(options: DialogBoxOptions): readonly Line[] {
  const { dialog, view, confirmsByName, columns, theme } = options;
  const { verb, kind, id, typed } = dialog;
  const width = columns - 2;
  const title = `${verb.toUpperCase()} ${kind} ${id}?`;
  const word = wordFor(dialog, confirmsByName);
  const answers = `Type ${word}, then enter; esc changes nothing. `;
  const prompt: Span = { text: `> ${typed}_`, tone: 'strong' };
  // What is typed stays in sight, up to a letter too many.
  const hasRoom = displayWidth(`${answers}> ${word}__`) <= width;
  const consequence = wrapToColumns(consequenceOf(dialog, view), width);
  return [
    heading({ title, note: '', width: columns, theme }),
    ...consequence.map((text) => textLine(cell(text, { width }, theme.glyphs), 'warn')),
    ...(hasRoom
      ? [lineOf([{ text: answers, tone: 'plain' }, prompt], { gap: '' })]
      : [textLine(cell(answers, { width }, theme.glyphs)), lineOf([prompt])]),
  ];
}

const CONSEQUENCES: Readonly<Record<Exclude<Verb, 'drain' | 'end'>, string>> = {
  cordon: 'It takes no new sessions; those it holds go on. :uncordon undoes it.',
  uncordon: 'It takes new sessions again.',
};

function consequenceOf({ verb, id }: Dialog, { workers, sessions }: View): string {
  switch (verb) {
    case 'drain': {
      const held = workers.find((worker) => worker.id === id)?.activeSessions ?? 0;
      if (held === 0) return 'It holds no session, and ends. Undo: start it again.';
      const moved = held === 1 ? 'Its session moves' : `Its ${held} sessions move`;
      return `${moved} to other workers; then it ends. Undo: start it again.`;
    }
    case 'end': {
      const text = sessions.find((session) => session.id === id);
      const where = text === undefined ? '' : ` on ${text.workerId}`;
      return `It cannot be undone. The speaker${where} gets the last finals and session.end.`;
    }
    default:
      return CONSEQUENCES[verb];
  }
}
