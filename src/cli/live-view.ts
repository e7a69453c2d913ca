/**
 * Text as it is recognised. On a terminal finals go into the ordinary scrollback, where they can be copied, and one
 * line below them is live; elsewhere each final is a line and nothing else is written.
 *
 * Always true: the live line is cut to the terminal's width, so that one "erase line" removes it; it is gone before
 * anything else is printed; text has lost its control characters before it comes here.
 */
import { clockText } from './clock-text.ts';
import { displayWidth, keepEnd } from '../base/display-width.ts';
import type { Output } from './output.ts';

const ERASE_LINE = '\r\u001b[2K';

export interface LiveView {
  /** Text that will not change, with where it starts. */
  final(text: string, startS: number): void;
  /** Text that may change, in place of what was live before. */
  partial(text: string): void;
  /** How much audio has been sent. */
  progress(sentS: number): void;
  /** A line for the person watching, above the live one. */
  note(text: string): void;
  /** Takes the live line away. */
  close(): void;
}

export interface LiveViewOptions {
  readonly output: Output;
  /** Length of the audio where it is known. */
  readonly totalS: number | undefined;
  /** Whether finals are the result of the command; otherwise only progress is shown. */
  readonly showFinals: boolean;
  readonly write?: (text: string) => void;
}

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
    progress: () => undefined,
    note: output.note,
    close: () => undefined,
  };
}

function createTerminalView(options: LiveViewOptions): LiveView {
  const { output, totalS, showFinals } = options;
  const write = options.write ?? ((text: string): void => void process.stderr.write(text));
  let partialText = '';
  let sentS = 0;
  let drawn = '';

  const draw = (): void => {
    const status = progressText(sentS, totalS);
    // The last column stays free: a full line would wrap in some terminals and could not be erased.
    const room = output.columns() - 1 - displayWidth(status) - 2;
    const mark = output.ascii ? '|' : '▍';
    const tail = room > 8 ? keepEnd(partialText, room - 1, output.ascii ? '..' : '…') : '';
    const next = output.paint('dim', status) + (tail === '' ? '' : `  ${output.paint('cyan', mark)}${tail}`);
    if (next === drawn) return;
    drawn = next;
    write(ERASE_LINE + next);
  };
  const above = (print: () => void): void => {
    write(ERASE_LINE);
    drawn = '';
    print();
    draw();
  };

  return {
    final: (text, startS) => {
      partialText = '';
      const time = output.paint('dim', clockText(startS).padStart(5));
      if (showFinals) above(() => output.line(`${time}  ${text}`));
      else draw();
    },
    partial: (text) => {
      partialText = text;
      draw();
    },
    progress: (seconds) => {
      sentS = seconds;
      draw();
    },
    note: (text) => above(() => output.note(text)),
    close: () => write(ERASE_LINE),
  };
}

function progressText(sentS: number, totalS: number | undefined): string {
  if (totalS === undefined || totalS <= 0) return clockText(sentS);
  const percent = Math.min(100, Math.round((sentS / totalS) * 100));
  return `${clockText(sentS)} / ${clockText(totalS)} ${String(percent)}%`;
}
