import { useEffect, useState } from 'react';
import type { Frame } from '../state/frame.ts';

/** However often the state changes, this many pictures a second are enough to read. */
const SAMPLE_MS = 250;

/** The newest frame, at most four a second, and only when something to be seen has changed. */
export function useFrame(read: () => Frame): Frame {
  const [frame, setFrame] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => {
      const next = read();
      setFrame((shown) => (looksTheSame(shown, next) ? shown : next));
    }, SAMPLE_MS);
    return () => clearInterval(timer);
  }, [read]);
  return frame;
}

/** The clock and the age of the data move once a second even when no data comes. */
function looksTheSame(a: Frame, b: Frame): boolean {
  return a.state === b.state && a.date.getSeconds() === b.date.getSeconds();
}
