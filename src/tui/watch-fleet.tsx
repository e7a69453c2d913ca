/** The live monitor, from the first frame to the last. */
import { render } from 'ink';
import type { Clock } from '../base/clock.ts';
import type { FleetView } from '../registry/ports.ts';
import type { FleetActions } from './actions.ts';
import { App, type Limits } from './app.tsx';
import { runFeed } from './feed.ts';
import type { Frame } from './hooks/use-frame.ts';
import { createPace } from './pace.ts';
import { performEffect } from './perform-effect.ts';
import { keepHeapSteady } from './steady-heap.ts';
import { type Action, initialState, reduce } from './store.ts';
import { enterTerminal } from './terminal.ts';
import { createTheme } from './theme.ts';
import { createUi, type ViewName } from './ui.ts';
import { writeNewJson } from './write-new-json.ts';

export interface WatchOptions {
  readonly fleet: Pick<FleetView, 'workers' | 'snapshot' | 'watch'>;
  /** Undefined where this cluster can only be watched. */
  readonly actions: FleetActions | undefined;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly view: ViewName;
  /** Of that view. */
  readonly filter: string;
  readonly limits: Limits;
  /** Where files are written. */
  readonly folder: string;
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
  const { clock, signal, intervalMs, view, filter, limits } = options;
  const ended = new AbortController();
  let state = initialState(clock.nowMs());
  const dispatch = (action: Action): void => {
    state = reduce(state, action);
  };
  const read = (): Frame => ({ state, nowMs: clock.nowMs(), date: clock.date() });
  keepHeapSteady();
  const pace = createPace(clock, intervalMs);
  const terminal = enterTerminal(options.stdin, options.stdout);
  const ports = {
    ...terminal,
    quit: () => ended.abort(),
    lookEvery: pace.lookEvery,
    writeJson: (name: string, document: unknown) =>
      writeNewJson({ folder: options.folder, name, document, date: clock.date() }),
    saveSubtitles: () => Promise.reject(new Error('This version of rt top writes no subtitles.')),
    actions: options.actions,
    now: clock.date,
  };
  const screen = render(
    <App
      read={read}
      terminal={terminal}
      target={options.target}
      theme={createTheme(options)}
      limits={limits}
      initial={createUi({ view, filter, intervalMs, isTextHidden: !limits.hasTranscripts })}
      perform={(effect, ui, shown) => performEffect(effect, { ui, view: shown }, ports)}
      onUi={() => undefined}
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
      runFeed({ fleet: options.fleet, clock, pace, dispatch, signal: stop }),
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
