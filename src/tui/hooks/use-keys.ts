import { useInput, useStdin } from 'ink';
import { commandsOf } from '../keymap.ts';
import { nextUi, type Scroll, type Ui } from '../ui.ts';

export interface KeyOptions {
  /** How far scrolling reaches in the picture that is shown. */
  readonly scroll: Scroll;
  readonly change: (next: (before: Ui) => Ui) => void;
  readonly onQuit: () => void;
}

/** Obeys keys; false without a terminal on stdin, where only signals end the program. */
export function useKeys({ scroll, change, onQuit }: KeyOptions): boolean {
  const hasKeyboard = isTerminal(useStdin().stdin);
  useInput(
    (input, key) => {
      for (const command of commandsOf(input, key)) {
        if (command === 'quit') onQuit();
        else change((before) => nextUi(before, command, scroll));
      }
    },
    { isActive: hasKeyboard },
  );
  return hasKeyboard;
}

/** A pipe has no such property, whatever the type of stdin says. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
