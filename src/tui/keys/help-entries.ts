/** What help lists, for the screen it is about. */
import type { ScreenName } from '../choice/screen-name.ts';
import { COMMANDS } from './command-line.ts';
import { bindingsOf } from './keymap.ts';

export interface HelpEntry {
  readonly key: string;
  readonly does: string;
}

/** The keys that mean something on `screen`, then the commands. */
export function helpEntries(screen: ScreenName): readonly HelpEntry[] {
  const keys = bindingsOf(screen).map(({ shown, does }) => ({ key: shown, does }));
  const typed = COMMANDS.filter(({ operand }) => operand !== '').map(({ names, operand, does }) => ({
    key: `:${names.at(-1) ?? ''}`,
    does: `${operand.toLowerCase()}: ${does}`,
  }));
  return [...keys, ...typed];
}
