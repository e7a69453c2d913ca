/**
 * Text as it is recognised. On a terminal finals go into the ordinary scrollback, where they can be copied, and a few
 * lines below them are live: what may still change, and how the stream is doing. Elsewhere each final is a line and
 * nothing else is written. Text has lost its control characters before it comes here.
 */
import { systemClock } from '../base/clock.ts';
import { clockText } from './clock-text.ts';
import { createLiveRegion } from './live-region.ts';
import type { Output } from './output.ts';
import { type LiveFigures, statusLine } from './status-line.ts';
import { lastLines } from './wrap-columns.ts';

export interface LiveView {
  /** Text that will not change, with where it starts. */
  final(text: string, startS: number): void;
  /** Text that may change, in place of what was live before. */
  partial(text: string): void;
  /** What has changed of the figures. */
  update(figures: Partial<LiveFigures>): void;
  /** A line for the person watching, above the live ones. */
  note(text: string): void;
  /** Takes the live lines away. */
  close(): void;
}

export interface LiveViewOptions {
  readonly output: Output;
  /** Length of the audio where it is known. */
  readonly totalS: number | undefined;
  /** Whether finals are the result of the command; otherwise only progress is shown. */
  readonly showFinals: boolean;
  /** What is being streamed, in a word or two. */
  readonly title?: string | undefined;
  readonly write?: (text: string) => void;
  readonly nowMs?: () => number;
}

export const NO_FIGURES: LiveFigures = {
  ...{ sentS: undefined, decodedS: undefined, gateway: undefined },
  ...{ finalP95Ms: undefined, level: undefined },
};

const MAX_PARTIAL_LINES = 2;
/** Figures change with every chunk; text is drawn at once. */
const REDRAW_MS = 100;

/** A view that fits what stdout is. */
export function createLiveView(options: LiveViewOptions): LiveView {
  return options.output.isLive ? createTerminalView(options) : createPlainView(options);
}

function createPlainView({ output, showFinals }: LiveViewOptions): LiveView {
  return {
    final: (text) => {
      if (showFinals) output.line(text);
    },
    partial: () => undefined,
    update: () => undefined,
    note: output.note,
    close: () => undefined,
  };
}

function createTerminalView(options: LiveViewOptions): LiveView {
  const { output, totalS, showFinals, title } = options;
  const nowMs = options.nowMs ?? ((): number => systemClock.nowMs());
  const write = options.write ?? ((text: string): void => void process.stderr.write(text));
  const region = createLiveRegion({ columns: output.columns, write });
  let figures = NO_FIGURES;
  let partialText = '';
  let drawnMs = -Infinity;

  const draw = (): void => {
    drawnMs = nowMs();
    const columns = output.columns() - 1;
    const status = statusLine({ figures, title, totalS, columns, ascii: output.ascii });
    const lines = [...partialLines(partialText, columns, output), output.paint('dim', status)];
    region.show(status === '' ? lines.slice(0, -1) : lines);
  };

  return {
    final: (text, startS) => {
      partialText = '';
      const time = output.paint('dim', clockText(startS).padStart(5));
      if (showFinals) region.above(() => output.line(`${time}  ${text}`));
      draw();
    },
    partial: (text) => {
      partialText = text;
      draw();
    },
    update: (changed) => {
      figures = { ...figures, ...changed };
      if (nowMs() - drawnMs >= REDRAW_MS) draw();
    },
    note: (text) => region.above(() => output.note(text)),
    close: () => region.close(),
  };
}

/** Behind a mark; nothing where there is hardly a word's room. */
function partialLines(text: string, columns: number, output: Output): readonly string[] {
  const room = columns - 2;
  if (text === '' || room < 8) return [];
  const ellipsis = output.ascii ? '..' : '…';
  const mark = output.paint('cyan', output.ascii ? '|' : '▍');
  return lastLines(text, { columns: room, count: MAX_PARTIAL_LINES, ellipsis }).map(
    (line, index) => `${index === 0 ? mark : ' '} ${line}`,
  );
}
