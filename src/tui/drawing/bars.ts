/** Numbers as pictures of one line. */
import type { Glyphs } from './glyphs.ts';

/** A bar of `width` columns; anything above nothing shows, and only what is full looks full. */
export function bar(share: number, width: number, glyphs: Glyphs): string {
  const bounded = Math.min(1, Math.max(0, share));
  const exact = bounded * width;
  const full = bounded === 1 ? width : Math.min(width - 1, exact > 0 ? Math.max(1, Math.round(exact)) : 0);
  return glyphs.barFull.repeat(full) + glyphs.barEmpty.repeat(width - full);
}

/** The last `width` of `values` against `top`, one column each; shorter while there are fewer. */
export function sparkline(
  values: readonly number[],
  top: number,
  { width, glyphs }: { readonly width: number; readonly glyphs: Glyphs },
): string {
  const highest = glyphs.spark.length - 1;
  return values
    .slice(-width)
    .map((value) => glyphs.spark[top > 0 ? Math.min(highest, Math.round((value / top) * highest)) : 0] ?? '')
    .join('');
}
