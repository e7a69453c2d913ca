import { useInput, useStdin } from 'ink';
import { keysOf } from '../keys/key-names.ts';

/** Hands over the names of keys, in order; false without a terminal on stdin, where only signals end the program. */
export function useKeys(onKeys: (keys: readonly string[]) => void): boolean {
  const hasKeyboard = isTerminal(useStdin().stdin);
  useInput((input, press) => onKeys(keysOf(input, press)), { isActive: hasKeyboard });
  return hasKeyboard;
}

/** A pipe has no such property, whatever the type of stdin says. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
