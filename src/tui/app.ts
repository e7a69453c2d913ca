import { useLayoutEffect } from 'react';
import { type Notice, screenOf, type Ui } from './choice/ui.ts';
import { exactly, lineText } from './drawing/line.ts';
import type { Theme } from './drawing/theme.ts';
import type { Effect } from './effects/effect.ts';
import { useFrame } from './hooks/use-frame.ts';
import { useHeld } from './hooks/use-held.ts';
import { useKeys } from './hooks/use-keys.ts';
import { useTerminalSize } from './hooks/use-terminal-size.ts';
import { useUi } from './hooks/use-ui.ts';
import type { Context, Limits } from './keys/context.ts';
import { blindKeys } from './keys/key-names.ts';
import type { Next } from './keys/next.ts';
import { nextUi } from './keys/next-ui.ts';
import { linesAround } from './parts/lines-around.ts';
import { compactLine, hasRoom } from './screens/compact.ts';
import type { Picture } from './screens/screen.ts';
import { SCREENS } from './screens/screens.ts';
import type { Frame } from './state/frame.ts';
import { type View, viewOf } from './state/view.ts';
import type { Terminal } from './terminal/terminal.ts';

export interface AppProps {
  readonly read: () => Frame;
  readonly terminal: Pick<Terminal, 'size' | 'onResize' | 'draw'>;
  /** Which Redis, without secrets. */
  readonly target: string;
  readonly theme: Theme;
  readonly limits: Limits;
  /** What is chosen before the first key. */
  readonly initial: Ui;
  /** Does what a key asked for, with the choices and the view it was asked in; answers what there is to say. */
  readonly perform: (effect: Effect, ui: Ui, view: View) => Promise<Notice | undefined>;
  /** Told of the choices after each change of them. */
  readonly onUi: (ui: Ui) => void;
}

/** Draws the screen for what is known, what was chosen, and the room there is; Ink itself has nothing to show. */
export function App(props: AppProps): null {
  const { terminal, theme, target, limits } = props;
  const size = useTerminalSize(terminal);
  const { state, nowMs, date } = useFrame(props.read);
  const { ui, obey } = useUi(props.initial, {
    perform: (effect, chosen) => props.perform(effect, chosen, view),
    onUi: props.onUi,
  });
  const now = viewOf(state, nowMs);
  const held = useHeld(state, ui.isPaused);
  const view = held === state ? now : viewOf(held, nowMs);
  // A frame as high as the terminal would scroll it in some terminals.
  const height = Math.max(1, size.rows - 1);
  const { columns } = size;
  const picture = (chosen: Ui, hasKeyboard: boolean): Picture => {
    const shared = { view, date, columns, theme, hasKeyboard };
    const { above, below } = linesAround(chosen, { ...shared, now, target, limits });
    const { hasTranscripts } = limits;
    const { list, draw } = SCREENS[screenOf(chosen)]({
      ...shared,
      ui: hasTranscripts ? chosen : { ...chosen, isTextHidden: true },
      rows: Math.max(1, height - above.length - below.length),
      hasTranscripts,
    });
    return { list, draw: () => [...exactly([...above, ...draw()], height - below.length), ...below] };
  };
  const contextOf = (chosen: Ui): Context => ({
    ...limits,
    list: picture(chosen, true).list,
    workerIds: view.workers.map(({ id }) => id),
    sessionIds: view.sessions.map(({ id }) => id),
  });
  const isReadable = hasRoom(size);
  const next = (chosen: Ui, key: string): Next => nextUi(chosen, key, contextOf(chosen));
  const hasKeyboard = useKeys((keys) => obey(isReadable ? keys : blindKeys(keys), next));
  const lines = isReadable ? picture(ui, hasKeyboard).draw() : [compactLine({ view, columns, theme })];
  const texts = lines.map((line) => lineText(line, { columns, theme }));
  useLayoutEffect(() => terminal.draw(texts));
  return null;
}
