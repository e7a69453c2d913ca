/**
 * Shows a pull: one live line on a terminal, a line a second elsewhere, JSON lines for programs.
 *
 * Always true: the live line is gone before anything else is written; it fits into the terminal, so that one
 * "erase line" removes it.
 */
import type { Clock } from '../../base/clock.ts';
import { keepStart } from '../../base/display-width.ts';
import { safeText } from '../../base/terminal-text.ts';
import { eventDocument, eventText, type Reading, readingText } from './progress-text.ts';
import type { PullEvent } from './pull-event.ts';

const ERASE_LINE = '\r\u001b[2K';
const FRAME_MS = 100;
const LINE_MS = 1_000;

export interface ProgressViewOptions {
  readonly kind: 'terminal' | 'lines' | 'json' | 'silent';
  readonly write: (text: string) => void;
  readonly clock: Clock;
  readonly columns: () => number;
}

export interface ProgressView {
  show(event: PullEvent): void;
  /** Takes the live line away. */
  close(): void;
}

export function createProgressView({ kind, write, clock, columns }: ProgressViewOptions): ProgressView {
  const speed = createSpeed(clock);
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let isLineUp = false;

  const erase = (): void => {
    if (isLineUp) write(ERASE_LINE);
    isLineUp = false;
  };
  const draw = (reading: Reading): void => {
    const text = safeText(readingText(reading));
    if (kind === 'lines') write(`${text}\n`);
    else write(ERASE_LINE + keepStart(text, columns() - 1, '..'));
    isLineUp = kind === 'terminal';
  };
  const isDue = (): boolean => {
    const nowMs = clock.nowMs();
    if (nowMs - shownAtMs < (kind === 'terminal' ? FRAME_MS : LINE_MS)) return false;
    shownAtMs = nowMs;
    return true;
  };
  return {
    show(event) {
      if (kind === 'silent') return;
      if (event.type === 'file') speed.start(event.fromBytes);
      if (event.type === 'progress') {
        if (!isDue()) return;
        const bytesPerSecond = speed.at(event.receivedBytes);
        if (kind === 'json') {
          write(
            `${JSON.stringify({ ...eventDocument(event), bytes_per_second: Math.round(bytesPerSecond) })}\n`,
          );
        } else draw({ ...event, totalBytes: event.totalBytes, bytesPerSecond });
        return;
      }
      erase();
      write(`${kind === 'json' ? JSON.stringify(eventDocument(event)) : safeText(eventText(event))}\n`);
    },
    close: erase,
  };
}

/** Speed over the last seconds: a mean since the start would hide that a server has become slow. */
function createSpeed(clock: Clock): { start(bytes: number): void; at(bytes: number): number } {
  const WINDOW_MS = 5_000;
  let marks: { readonly atMs: number; readonly bytes: number }[] = [];
  return {
    start(bytes) {
      marks = [{ atMs: clock.nowMs(), bytes }];
    },
    at(bytes) {
      const atMs = clock.nowMs();
      marks = [...marks.filter((mark) => atMs - mark.atMs <= WINDOW_MS), { atMs, bytes }];
      const oldest = marks[0] ?? { atMs, bytes };
      return atMs > oldest.atMs ? ((bytes - oldest.bytes) / (atMs - oldest.atMs)) * 1000 : 0;
    },
  };
}
