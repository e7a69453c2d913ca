/** Names of keys: `up`, `enter`, `ctrl+c`, or the character itself. */

/** The part of Ink's key description that is looked at. */
export interface KeyPress {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
}

const NAMES: readonly (readonly [keyof KeyPress, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['tab', 'tab'],
  // What most terminals send for the key above enter is called delete by Ink.
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
  ['escape', 'escape'],
];

/** Control characters that arrive in the middle of a piece of input. */
const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
};

/** The rest of an escape sequence nobody here knows. */
const SEQUENCE = /^[[O]./;

/** What one piece of input holds, in order: a key held down, and pasted text, arrive several characters at once. */
export function keysOf(input: string, press: KeyPress): readonly string[] {
  const named = NAMES.find(([property]) => press[property]);
  if (named !== undefined) return [named[1]];
  if (press.ctrl) return [`ctrl+${input}`];
  if (SEQUENCE.test(input)) return [];
  return Array.from(input).flatMap((character) => CONTROLS[character] ?? character);
}

/** The keys among `keys` that are obeyed where no question could be seen: to quit and to stop, and nothing else. */
export function blindKeys(keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => {
    if (key === 'q' || key === 'ctrl+c') return ['ctrl+c'];
    return key === 'ctrl+z' ? [key] : [];
  });
}
