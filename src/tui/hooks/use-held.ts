import { useRef } from 'react';

/** `value`, or what it was when holding began. */
export function useHeld<T>(value: T, isHeld: boolean): T {
  const last = useRef(value);
  if (!isHeld) last.current = value;
  return last.current;
}
