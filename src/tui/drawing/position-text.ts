import { clockText } from './format.ts';

/** Position in audio to a tenth of a second: `0:42.1`, `1:02:03.0`. */
export function positionText(seconds: number): string {
  const tenths = Math.max(0, Math.round(seconds * 10));
  return `${clockText(tenths / 10)}.${tenths % 10}`;
}
