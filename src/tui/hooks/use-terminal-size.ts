import { useEffect, useState } from 'react';
import type { Terminal, TerminalSize } from '../terminal/terminal.ts';

/** Columns and rows, and a new picture after each change. */
export function useTerminalSize({ size, onResize }: Pick<Terminal, 'size' | 'onResize'>): TerminalSize {
  const [current, setCurrent] = useState(size);
  useEffect(() => onResize(() => setCurrent(size())), [size, onResize]);
  return current;
}
