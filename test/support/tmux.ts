/**
 * A real terminal: one tmux server of its own with one window that runs a shell. A missing tmux skips on a
 * developer's machine and fails where CI=true.
 */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Terminal {
  /** Types a line into the shell, or keys (`C-c`, `Down`) into what runs there. */
  readonly run: (line: string) => void;
  readonly press: (key: string) => void;
  /** What is on the screen, one entry per row, without trailing spaces. */
  readonly rows: () => readonly string[];
  /** The screen with the escape sequences of its colours. */
  readonly styled: () => string;
  /** The rows with those that were wrapped put together. */
  readonly unwrapped: () => readonly string[];
  /** Resolves with the rows once `seen` holds for the whole screen; rejects after `withinMs` with what is there. */
  readonly until: (seen: (screen: string) => boolean, withinMs?: number) => Promise<readonly string[]>;
  readonly isAlternate: () => boolean;
  readonly isCursorVisible: () => boolean;
  readonly resize: (columns: number, rows: number) => void;
  readonly close: () => void;
}

export const PROMPT = 'ready>';

/** False when there is no tmux; throws instead when CI=true. */
export const hasTmux: boolean = probe();

function probe(): boolean {
  if (spawnSync('tmux', ['-V']).status === 0) return true;
  if (process.env['CI'] === 'true') throw new Error('tmux is missing: apt-get install tmux');
  return false;
}

let terminals = 0;

/** A shell in a window of the given size; CI is set in it, as on a build machine. */
export function openTerminal(columns: number, rows: number): Terminal {
  const socket = `rt-test-${process.pid}-${++terminals}`;
  const tmux = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('tmux', ['-L', socket, '-f', '/dev/null', '-u', ...args], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    if (status !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const shell = `env CI=true LC_ALL=C.UTF-8 PS1='${PROMPT} ' sh`;
  const size = ['-x', String(columns), '-y', String(rows)];
  tmux('new-session', '-d', ...size, shell, ';', 'set', '-g', 'status', 'off', ';', 'resize-window', ...size);
  const capture = (...flags: readonly string[]): readonly string[] =>
    tmux('capture-pane', '-p', ...flags)
      .split('\n')
      .map((line) => line.trimEnd());
  const shows = (format: string): boolean => tmux('display-message', '-p', format).trim() === '1';
  const rowsNow = (): readonly string[] => capture().slice(0, -1);
  return {
    run: (line) => void tmux('send-keys', '-l', `${line}\n`),
    press: (key) => void tmux('send-keys', key),
    rows: rowsNow,
    styled: () => tmux('capture-pane', '-p', '-e'),
    unwrapped: () => capture('-J').slice(0, -1),
    until: async (seen, withinMs = 30_000) => {
      const deadlineMs = performance.now() + withinMs;
      for (;;) {
        const shown = rowsNow();
        if (seen(shown.join('\n'))) return shown;
        if (performance.now() > deadlineMs) throw new Error(`the terminal still shows:\n${shown.join('\n')}`);
        await sleep(40);
      }
    },
    isAlternate: () => shows('#{alternate_on}'),
    isCursorVisible: () => shows('#{cursor_flag}'),
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    close: () => void tmux('kill-server'),
  };
}
