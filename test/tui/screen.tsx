/** The screens on a terminal of a given size, without a terminal. */
import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { afterEach } from 'vitest';
import { App } from '../../src/tui/app.ts';
import { createUi, type Notice, type Ui } from '../../src/tui/choice/ui.ts';
import { createTheme } from '../../src/tui/drawing/theme.ts';
import type { Effect } from '../../src/tui/effects/effect.ts';
import type { Limits } from '../../src/tui/keys/context.ts';
import type { Frame } from '../../src/tui/state/frame.ts';
import type { State } from '../../src/tui/state/store.ts';
import type { View } from '../../src/tui/state/view.ts';
import { frameOf } from './watched-fleet.ts';

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly ascii?: boolean;
  /** False where stdin is a pipe. */
  readonly hasKeyboard?: boolean;
  readonly limits?: Partial<Limits>;
  readonly initial?: Ui;
  /** What effects answer. */
  readonly answer?: (effect: Effect, ui: Ui, view: View) => Notice | undefined;
}

export interface Screen {
  readonly frame: () => string;
  /** Types `input` and resolves when it has been drawn. */
  readonly press: (input: string) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** What keys have asked for so far. */
  readonly effects: () => readonly Effect[];
  /** What is chosen, as told last. */
  readonly ui: () => Ui;
}

const instances: { readonly unmount: () => void }[] = [];

afterEach(() => {
  for (const instance of instances.splice(0)) instance.unmount();
});

/** The screen of `state`, `ageMs` after the last look. */
export function shown(state: State, options: ScreenOptions & { readonly ageMs?: number } = {}): Screen {
  const frame = frameOf(state, options.ageMs);
  return show(() => frame, options);
}

/** Shows what `read` gives until the test is over; colours are off, as they are wherever output is no terminal. */
export function show(read: () => Frame, options: ScreenOptions = {}): Screen {
  const { ascii = false, hasKeyboard = true } = options;
  const size = { columns: options.columns ?? 80, rows: options.rows ?? 24 };
  const frames: string[] = [];
  const resizes = new EventEmitter();
  const stdin = fakeStdin(hasKeyboard);
  const unseen = Object.assign(new EventEmitter(), { write: () => {} });
  Object.defineProperty(unseen, 'columns', { get: () => size.columns });
  const effects: Effect[] = [];
  let told = options.initial ?? createUi();
  const instance = render(
    <App
      read={read}
      terminal={{
        size: () => ({ ...size }),
        draw: (lines) => void frames.push(lines.join('\n')),
        onResize: (listener) => {
          resizes.on('resize', listener);
          return () => void resizes.off('resize', listener);
        },
      }}
      target="redis://127.0.0.1:6379/0"
      theme={createTheme({ color: false, ascii })}
      limits={{ isReadOnly: false, confirmsByName: false, hasTranscripts: true, ...options.limits }}
      initial={told}
      perform={async (effect, ui, view) => {
        effects.push(effect);
        return options.answer?.(effect, ui, view);
      }}
      onUi={(ui) => {
        told = ui;
      }}
    />,
    {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: unseen as unknown as NodeJS.WriteStream,
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  instances.push(instance);
  // React applies what an event changed in later turns of the loop; three are more than it takes.
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve));
  };
  return {
    frame: () => frames.at(-1) ?? '',
    press: async (input) => {
      await settle();
      stdin.type(input);
      await settle();
    },
    resize: async (columns, rows) => {
      await settle();
      Object.assign(size, { columns, rows });
      resizes.emit('resize');
      await settle();
    },
    effects: () => effects,
    ui: () => told,
  };
}

export function linesOf(frame: string): readonly string[] {
  return frame.split('\n');
}

/** The line of the chosen row. */
export function chosenLine(screen: Screen): string | undefined {
  return linesOf(screen.frame()).find((line) => line.startsWith('›'));
}

function fakeStdin(isTTY: boolean): EventEmitter & { readonly type: (input: string) => void } {
  let pending: string | null = null;
  const stdin = new EventEmitter();
  return Object.assign(stdin, {
    // A pipe has no such property.
    ...(isTTY ? { isTTY } : {}),
    setEncoding: () => {},
    setRawMode: () => {},
    ref: () => {},
    unref: () => {},
    read: () => {
      const input = pending;
      pending = null;
      return input;
    },
    type: (input: string) => {
      pending = input;
      stdin.emit('readable');
    },
  });
}
