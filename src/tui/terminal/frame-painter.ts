/** Brings a screen from one frame to the next with little written. */

const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
const PLAIN = /^[\x20-\x7e]*/;

function moveTo(row: number, column: number): string {
  return `\u001b[${row};${column}H`;
}

/**
 * What to write so that `next` stands where `previous` stood, both as lines from the top left corner.
 * A line is erased before it is written: behind a line that fills the screen the cursor still stands on its
 * last column, and erasing from there would take that away. Lines are addressed, never scrolled to, and no
 * screen is cleared: nothing flickers at any height. A line is written from where it changed on.
 */
export function paint(previous: readonly string[], next: readonly string[]): string {
  const changed = next.flatMap((line, index) => {
    const before = previous[index];
    if (line === before) return [];
    const kept = keptColumns(before ?? '', line);
    return [moveTo(index + 1, kept + 1) + ERASE_LINE + line.slice(kept)];
  });
  const leftOver = next.length < previous.length ? moveTo(next.length + 1, 1) + ERASE_BELOW : '';
  return changed.join('') + leftOver;
}

/**
 * How many columns both lines begin with alike, counted only while every letter is one column in every terminal and
 * before anything is styled. The last of them is written anew: an accent behind it may have come or gone.
 */
function keptColumns(before: string, line: string): number {
  const plain = PLAIN.exec(line)?.[0].length ?? 0;
  let alike = 0;
  while (alike < plain && before[alike] === line[alike]) alike += 1;
  return Math.max(0, alike - 1);
}
