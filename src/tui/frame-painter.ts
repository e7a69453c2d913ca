/** Brings a screen from one frame to the next with the fewest lines written. */

const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

function moveTo(row: number): string {
  return `\u001b[${row};1H`;
}

/**
 * What to write so that `next` stands where `previous` stood, both as lines from the top left corner.
 * A line is erased before it is written: behind a line that fills the screen the cursor still stands on its
 * last column, and erasing from there would take that away. Lines are addressed, never scrolled to, and no screen is cleared: nothing flickers at any height.
 */
export function paint(previous: readonly string[], next: readonly string[]): string {
  const changed = next.flatMap((line, index) =>
    line === previous[index] ? [] : [moveTo(index + 1) + ERASE_LINE + line],
  );
  const leftOver = next.length < previous.length ? moveTo(next.length + 1) + ERASE_BELOW : '';
  return changed.join('') + leftOver;
}
