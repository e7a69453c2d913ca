/** Two texts beneath each other, word by word, with what differs marked. Pure. */
import { displayWidth } from '../base/display-width.ts';
import { safeText } from '../base/terminal-text.ts';

/** One step of an alignment; null where a text has no word. */
export interface AlignedWords {
  readonly op: 'match' | 'sub' | 'del' | 'ins';
  readonly ref: string | null;
  readonly hyp: string | null;
}

interface Cell {
  readonly ref: string;
  readonly hyp: string;
  readonly op: string;
  readonly columns: number;
}

const LABEL_COLUMNS = 5;
const MARKS: Readonly<Record<AlignedWords['op'], string>> = { match: '', sub: 'S', del: 'D', ins: 'I' };

/**
 * Blocks of three lines (REF, HYP, and S, D or I below a word that is substituted, deleted or inserted), each at most
 * `columns` wide unless a single word is wider. Blocks in which nothing differs are left out; nothing at all where the texts are the same.
 */
export function alignmentLines(steps: readonly AlignedWords[], columns: number): readonly string[] {
  if (steps.every(({ op }) => op === 'match')) return [];
  const blocks = blocksOf(steps.map(cellOf), Math.max(1, columns - LABEL_COLUMNS));
  return blocks.flatMap((cells, index) => {
    if (cells.every(({ op }) => op === '')) {
      const isFirst = blocks[index - 1]?.some(({ op }) => op !== '') ?? true;
      return isFirst ? ['…'] : [];
    }
    const line = (label: string, text: (cell: Cell) => string): string =>
      `${label.padEnd(LABEL_COLUMNS)}${cells.map((cell) => pad(text(cell), cell.columns)).join(' ')}`.trimEnd();
    return [line('REF', ({ ref }) => ref), line('HYP', ({ hyp }) => hyp), line('', ({ op }) => op)];
  });
}

function cellOf({ op, ref, hyp }: AlignedWords): Cell {
  const [above, below] = [safeText(ref ?? ''), safeText(hyp ?? '')];
  const columns = Math.max(1, displayWidth(above), displayWidth(below));
  const gap = '*'.repeat(columns);
  return {
    ref: ref === null ? gap : above,
    hyp: hyp === null ? gap : below,
    op: MARKS[op],
    columns,
  };
}

/** As many cells in each as fit; one that is too wide has a block of its own. */
function blocksOf(cells: readonly Cell[], columns: number): readonly (readonly Cell[])[] {
  const blocks: Cell[][] = [[]];
  let used = 0;
  for (const cell of cells) {
    const needed = used === 0 ? cell.columns : used + 1 + cell.columns;
    if (needed > columns && used > 0) {
      blocks.push([cell]);
      used = cell.columns;
    } else {
      blocks.at(-1)?.push(cell);
      used = needed;
    }
  }
  return blocks;
}

function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}
