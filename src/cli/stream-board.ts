/** Several streams at once: a live line for each on a terminal, and finals that say which of them they are of. */
import { displayWidth, keepEnd, keepStart } from '../base/display-width.ts';
import { clockText } from './clock-text.ts';
import { createLiveRegion } from './live-region.ts';
import { type LiveView, NO_FIGURES } from './live-view.ts';
import type { Output } from './output.ts';
import { type LiveFigures, statusLine } from './status-line.ts';

export interface BoardOptions {
  readonly output: Output;
  readonly showFinals: boolean;
  /** Rows of the terminal; those of stdout where nothing is said. */
  readonly rows?: () => number;
  readonly write?: (text: string) => void;
}

export interface StreamBoard {
  /** The view of one stream; its line goes when it is closed. */
  open(stream: { readonly name: string; readonly totalS: number | undefined }): LiveView;
  /** Calls `print` while the live lines are away. */
  above(print: () => void): void;
}

interface Row {
  readonly name: string;
  readonly totalS: number | undefined;
  figures: LiveFigures;
  partialText: string;
}

/** A board that fits what stdout is. */
export function createStreamBoard(options: BoardOptions): StreamBoard {
  const { output, showFinals } = options;
  const open = new Set<Row>();
  const region = createLiveRegion({
    columns: output.columns,
    write: (text) => {
      if (output.isLive) (options.write ?? ((live) => void process.stderr.write(live)))(text);
    },
  });
  const rows = options.rows ?? ((): number => process.stdout.rows || 24);
  const draw = (): void => {
    if (output.isLive) region.show(boardLines([...open], { output, rows: rows() }));
  };
  return {
    above: (print) => region.above(print),
    open: ({ name, totalS }) => {
      const row: Row = { name, totalS, figures: NO_FIGURES, partialText: '' };
      open.add(row);
      const change = (changed: Partial<Row>): void => {
        Object.assign(row, changed);
        draw();
      };
      return {
        final: (text, startS) => {
          const time = output.paint('dim', clockText(startS).padStart(5));
          const line = output.isLive ? `${output.paint('cyan', name)} ${time}  ${text}` : `${name}: ${text}`;
          if (showFinals) region.above(() => output.line(line));
          change({ partialText: '' });
        },
        partial: (partialText) => change({ partialText }),
        update: (changed) => change({ figures: { ...row.figures, ...changed } }),
        note: (text) => region.above(() => output.note(`${name}: ${text}`)),
        close: () => {
          open.delete(row);
          draw();
        },
      };
    },
  };
}

/** One line for each stream, as far as the screen reaches. */
function boardLines(
  open: readonly Row[],
  { output, rows }: { readonly output: Output; readonly rows: number },
): readonly string[] {
  const most = Math.max(1, rows - 2);
  const shown = open.length <= most ? open : open.slice(0, most - 1);
  const left = open.length - shown.length;
  const nameColumns = Math.min(24, Math.max(0, ...shown.map(({ name }) => displayWidth(name))));
  const lines = shown.map((row) => boardLine(row, { output, nameColumns }));
  return left === 0 ? lines : [...lines, output.paint('dim', `and ${String(left)} more`)];
}

function boardLine(
  { name, totalS, figures, partialText }: Row,
  { output, nameColumns }: { readonly output: Output; readonly nameColumns: number },
): string {
  const { ascii } = output;
  const ellipsis = ascii ? '..' : '…';
  const columns = output.columns() - 1;
  const shortName = keepStart(name, Math.min(nameColumns, Math.floor(columns / 2)), ellipsis);
  const head = shortName + ' '.repeat(Math.max(0, nameColumns - displayWidth(shortName)));
  const { sentS } = figures;
  const room = columns - displayWidth(head) - 1;
  const status = statusLine({
    figures: { ...NO_FIGURES, sentS },
    title: undefined,
    totalS,
    columns: Math.min(room, 22),
    ascii,
  });
  const left = room - displayWidth(status) - 4;
  const tail = left < 8 ? '' : keepEnd(partialText, left, ellipsis);
  const mark = output.paint('cyan', ascii ? '|' : '▍');
  return `${output.paint('dim', `${head} ${status}`)}${tail === '' ? '' : `  ${mark} ${tail}`}`;
}
