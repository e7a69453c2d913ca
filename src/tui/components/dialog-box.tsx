import { Box } from 'ink';
import type { JSX } from 'react';
import { wordFor } from '../next-dialog.ts';
import { cell } from '../format.ts';
import type { Theme } from '../theme.ts';
import type { Dialog, Verb } from '../ui.ts';
import type { View } from '../view.ts';
import { Heading } from './heading.tsx';
import { Line } from './line.tsx';

export const DIALOG_ROWS = 3;

export interface DialogBoxProps {
  readonly dialog: Dialog;
  readonly view: View;
  readonly confirmsByName: boolean;
  readonly columns: number;
  readonly theme: Theme;
}

/** Which thing is about to be changed, what that does, and what to type. */
export function DialogBox({ dialog, view, confirmsByName, columns, theme }: DialogBoxProps): JSX.Element {
  const { verb, kind, id, typed } = dialog;
  const width = columns - 2;
  return (
    <Box flexDirection="column" width={columns} height={DIALOG_ROWS}>
      <Heading title={`${verb.toUpperCase()} ${kind} ${id}?`} note="" width={columns} theme={theme} />
      <Line
        theme={theme}
        spans={[{ text: cell(consequenceOf(dialog, view), { width }, theme.glyphs), tone: 'warn' }]}
      />
      <Line
        theme={theme}
        gap=""
        spans={[
          {
            text: `Type ${wordFor(dialog, confirmsByName)}, then enter; esc changes nothing. `,
            tone: 'plain',
          },
          { text: `> ${typed}_`, tone: 'strong' },
        ]}
      />
    </Box>
  );
}

const CONSEQUENCES: Readonly<Record<Exclude<Verb, 'drain' | 'end'>, string>> = {
  cordon: 'It takes no new sessions; those it holds go on. :uncordon undoes it.',
  uncordon: 'It takes new sessions again.',
};

function consequenceOf({ verb, id }: Dialog, { workers, sessions }: View): string {
  switch (verb) {
    case 'drain': {
      const held = workers.find((worker) => worker.id === id)?.activeSessions ?? 0;
      const moved = held === 1 ? 'Its session moves' : `Its ${held} sessions move`;
      return `${moved} to other workers; then it ends. Undo: start it again.`;
    }
    case 'end': {
      const text = sessions.find((session) => session.id === id);
      const where = text === undefined ? '' : ` on ${text.workerId}`;
      return `The speaker${where} gets the last finals and session.end. It cannot be undone.`;
    }
    default:
      return CONSEQUENCES[verb];
  }
}
