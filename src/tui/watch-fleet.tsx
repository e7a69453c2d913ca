/** The live monitor, from the first frame to the last. */
import { render } from 'ink';
import type { Clock } from '../base/clock.ts';
import type { FleetView } from '../registry/ports.ts';
import { App } from './app.tsx';
import { runFeed } from './feed.ts';
import type { Frame } from './hooks/use-frame.ts';
import { keepHeapSteady } from './steady-heap.ts';
import { type Action, initialState, reduce } from './store.ts';
import { enterTerminal } from './terminal.ts';
import { createTheme } from './theme.ts';

export interface WatchOptions {
  readonly fleet: Pick<FleetView, 'workers' | 'snapshot' | 'watch'>;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Which Redis, without secrets. */
  readonly target: string;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly stdin: NodeJS.ReadStream;
  /** A terminal. */
  readonly stdout: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/**
 * Shows the fleet until somebody quits; the terminal is as it was when this settles.
 * @throws the signal's reason, or what made the feed or a screen fail
 */
export async function watchFleet(options: WatchOptions): Promise<void> {
  const { clock, signal } = options;
  const ended = new AbortController();
  let state = initialState(clock.nowMs());
  const dispatch = (action: Action): void => {
    state = reduce(state, action);
  };
  const read = (): Frame => ({ state, nowMs: clock.nowMs(), date: clock.date() });
  keepHeapSteady();
  const terminal = enterTerminal(options.stdout);
  const screen = render(
    <App
      read={read}
      terminal={terminal}
      target={options.target}
      theme={createTheme(options)}
      onQuit={() => ended.abort()}
    />,
    {
      stdin: options.stdin,
      stdout: terminal.canvas,
      // Every frame whole: see terminal.ts.
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  const stop = AbortSignal.any([signal, ended.signal]);
  try {
    await Promise.race([
      // Rejects when a screen throws.
      screen.waitUntilExit(),
      runFeed({ fleet: options.fleet, clock, intervalMs: options.intervalMs, dispatch, signal: stop }),
      aborted(stop),
    ]);
  } finally {
    ended.abort();
    terminal.leave();
    screen.unmount();
  }
  signal.throwIfAborted();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
