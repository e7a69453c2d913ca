/** The live monitor, from the first frame to the last. */
import { render } from 'ink';
import { App } from './app.ts';
import { followedBy } from './choice/followed-by.ts';
import type { ViewName } from './choice/screen-name.ts';
import { createUi, type Ui } from './choice/ui.ts';
import { createTheme } from './drawing/theme.ts';
import type { FleetActions } from './effects/fleet-actions.ts';
import { type EffectPorts, performEffect } from './effects/perform-effect.ts';
import { saveSubtitles } from './export/save-subtitles.ts';
import { writeNewJson } from './export/write-new-json.ts';
import type { Limits } from './keys/context.ts';
import { type Monitor, type MonitorOptions, startMonitor } from './monitor.ts';
import { hasRoom } from './screens/compact.ts';
import { keepHeapSteady } from './terminal/steady-heap.ts';
import { enterTerminal, type Terminal } from './terminal/terminal.ts';

export interface WatchOptions extends MonitorOptions {
  /** Undefined where this cluster can only be watched. */
  readonly actions: FleetActions | undefined;
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
}

/**
 * Shows the fleet until somebody quits; the terminal is as it was when this settles.
 * @throws the signal's reason, or what made the feed or a screen fail
 */
export async function watchFleet(options: WatchOptions): Promise<void> {
  const { signal, intervalMs, view, filter, limits } = options;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const monitor = await startMonitor({ ...options, signal: stop });
  keepHeapSteady();
  const terminal = enterTerminal(options.stdin, options.stdout);
  const ports = effectPorts(options, { monitor, terminal, quit: () => ended.abort() });
  let ui = createUi({ view, filter, intervalMs, isTextHidden: !limits.hasTranscripts });
  const listen = (chosen: Ui): void => {
    ui = chosen;
    const { hasTranscripts } = limits;
    monitor.need(followedBy(ui, { hasTranscripts, hasRoom: hasRoom(terminal.size()) }));
  };
  listen(ui);
  const stopWatching = terminal.onResize(() => listen(ui));
  const screen = render(
    <App
      read={monitor.read}
      terminal={terminal}
      target={options.target}
      theme={createTheme(options)}
      limits={limits}
      initial={ui}
      perform={(effect, chosen, shown) => performEffect(effect, { ui: chosen, view: shown }, ports)}
      onUi={listen}
    />,
    {
      stdin: options.stdin,
      stdout: terminal.unseen,
      // No timers and no cursor of its own: see terminal.ts.
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  try {
    // The first rejects when a screen throws.
    await Promise.race([screen.waitUntilExit(), monitor.running, aborted(stop)]);
  } finally {
    ended.abort();
    stopWatching();
    terminal.leave();
    screen.unmount();
    await monitor.close();
  }
  signal.throwIfAborted();
}

interface Parts {
  readonly monitor: Monitor;
  readonly terminal: Terminal;
  readonly quit: () => void;
}

function effectPorts(
  { source, folder, actions }: WatchOptions,
  { monitor, terminal, quit }: Parts,
): EffectPorts {
  const { clock } = source;
  return {
    ...terminal,
    quit,
    lookEvery: monitor.pace.lookEvery,
    writeJson: (name, document) => writeNewJson({ folder, name, document, date: clock.date() }),
    saveSubtitles: (sessionId, { text: { session } }) => {
      const held = session?.id === sessionId ? session.text : undefined;
      return saveSubtitles({ sessionId, folder, held, transcripts: monitor.transcripts });
    },
    actions,
    now: () => clock.date(),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
