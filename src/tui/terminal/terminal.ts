/**
 * Owns the terminal while screens are shown: alternate screen, cursor, and every byte that is drawn.
 *
 * Ink reads keys and keeps state; the lines to draw are handed over here, and what Ink would draw goes nowhere. Always
 * true: however the process ends (return, signal, uncaught exception, process.exit), `leave` has run before anybody
 * else writes, and running twice changes nothing. While the process is stopped (ctrl-z, SIGTSTP) the terminal is the
 * shell's.
 */
import { Writable } from 'node:stream';
import { paint } from './frame-painter.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface Terminal {
  /** Shows `lines` from the top left corner on, and nothing else. */
  readonly draw: (lines: readonly string[]) => void;
  /** An output for Ink that is of the size of the terminal, and shown nowhere. */
  readonly unseen: NodeJS.WriteStream;
  readonly size: () => TerminalSize;
  /** Calls `listener` after each change of size; returns how to stop that. */
  readonly onResize: (listener: () => void) => () => void;
  /** Offers `text` to the clipboard of the terminal (OSC 52); nobody says whether it was taken. */
  readonly copy: (text: string) => void;
  /** Gives the terminal back, stops the process group as ctrl-z does, and takes the terminal again on SIGCONT. */
  readonly suspend: () => void;
  /** Gives the terminal back as it was. Idempotent. */
  readonly leave: () => void;
}

/** Alternate screen, no cursor, and no wrapping of a line that some terminal takes for wider than it is. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';
const HANGUP_EXIT_CODE = 129;

/** Takes over `stdout`, a terminal, until `leave`; `stdin` is made raw by Ink, and no longer while the process is stopped. */
export function enterTerminal(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): Terminal {
  let isLeft = false;
  let isStopped = false;
  const { draw, redraw } = createPainter(stdout, () => isLeft || isStopped);

  const leave = (): void => {
    if (isLeft) return;
    isLeft = true;
    stdout.off('resize', redraw);
    for (const [event, handler] of handlers) process.off(event, handler);
    if (!isStopped) stdout.write(LEAVE);
  };
  const suspend = (): void => {
    if (isLeft || isStopped) return;
    isStopped = true;
    stdout.write(LEAVE);
    setRaw(stdin, false);
    // The whole group, as a shell expects it of a job; what stops cannot be caught, so this line waits for SIGCONT.
    process.kill(0, 'SIGSTOP');
  };
  // Also after a SIGSTOP, which nobody could prepare for.
  const resume = (): void => {
    if (isLeft) return;
    isStopped = false;
    setRaw(stdin, true);
    stdout.write(ENTER);
    redraw();
  };
  const hangUp = (): void => {
    leave();
    process.exit(HANGUP_EXIT_CODE);
  };

  const handlers = [
    ['exit', leave],
    // Before the exception is printed, so that it stands where it can be read.
    ['uncaughtExceptionMonitor', leave],
    ['SIGHUP', hangUp],
    ['SIGTSTP', suspend],
    ['SIGCONT', resume],
  ] as const;

  for (const [event, handler] of handlers) process.on(event, handler);
  stdout.on('resize', redraw);
  stdout.write(ENTER);

  return {
    draw,
    unseen: createUnseen(stdout),
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    onResize: (listener) => {
      stdout.on('resize', listener);
      return () => void stdout.off('resize', listener);
    },
    copy: (text) => {
      if (!isLeft) stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
    },
    suspend,
    leave,
  };
}

interface Painter {
  readonly draw: (lines: readonly string[]) => void;
  /** All of the last frame: what the terminal showed is gone. */
  readonly redraw: () => void;
}

/** Draws what differs from the frame before, and nothing while `isAway`. */
function createPainter(stdout: NodeJS.WriteStream, isAway: () => boolean): Painter {
  let lines: readonly string[] = [];
  const draw = (next: readonly string[]): void => {
    if (isAway()) return;
    const output = paint(lines, next);
    lines = next;
    if (output !== '') stdout.write(output);
  };
  const redraw = (): void => {
    if (isAway()) return;
    const shown = lines.slice(0, stdout.rows);
    lines = [];
    draw(shown);
  };
  return { draw, redraw };
}

/** A pipe has no such mode. */
function setRaw(stdin: NodeJS.ReadStream, isRaw: boolean): void {
  if (stdin.isTTY) stdin.setRawMode(isRaw);
}

/** Takes anything; not a TTY, so that nobody else hides the cursor or clears it. */
function createUnseen(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const unseen: unknown = Object.defineProperties(
    new Writable({
      decodeStrings: false,
      write: (_chunk, _encoding, done) => done(),
    }),
    {
      isTTY: { value: false },
      columns: { get: () => stdout.columns },
      rows: { get: () => stdout.rows },
    },
  );
  // Ink asks no more of its stdout than these properties.
  return unseen as NodeJS.WriteStream;
}
