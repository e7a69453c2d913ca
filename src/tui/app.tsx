import { type JSX, useState } from 'react';
import { bannerText } from './components/banner.tsx';
import { type Frame, useFrame } from './hooks/use-frame.ts';
import { useHeld } from './hooks/use-held.ts';
import { useKeys } from './hooks/use-keys.ts';
import { useTerminalSize } from './hooks/use-terminal-size.ts';
import { hasRoom, layOut } from './layout.ts';
import { Compact } from './screens/compact.tsx';
import { Help } from './screens/help.tsx';
import { Overview } from './screens/overview.tsx';
import type { Terminal } from './terminal.ts';
import type { Theme } from './theme.ts';
import { INITIAL_UI } from './ui.ts';
import { viewOf } from './view.ts';

export interface AppProps {
  readonly read: () => Frame;
  readonly terminal: Pick<Terminal, 'size' | 'onResize'>;
  /** Which Redis, without secrets. */
  readonly target: string;
  readonly theme: Theme;
  readonly onQuit: () => void;
}

/** Chooses the screen for what is known, what was chosen, and the room there is. */
export function App({ read, terminal, target, theme, onQuit }: AppProps): JSX.Element {
  const size = useTerminalSize(terminal);
  const { state, nowMs, date } = useFrame(read);
  const [ui, setUi] = useState(INITIAL_UI);
  const view = viewOf(useHeld(state, ui.isPaused), nowMs);
  // What is wrong with the data is told even while the picture is held still.
  const banner = bannerText(viewOf(state, nowMs));
  // A frame as high as the terminal would scroll it in some terminals.
  const height = Math.max(1, size.rows - 1);
  const { columns } = size;
  const layout = layOut({
    columns,
    height,
    hasBanner: banner !== undefined,
    workers: view.workers.length,
    alerts: view.alerts.length,
    sessions: view.sessions.length,
  });
  const scroll = { pageRows: layout.sessionRows, total: view.sessions.length };
  const hasKeyboard = useKeys({ scroll, change: setUi, onQuit });
  const props = { view, banner, ui, date, target, hasKeyboard, columns, height, theme };
  if (!hasRoom(size)) return <Compact {...props} />;
  return ui.screen === 'help' ? <Help {...props} /> : <Overview {...props} layout={layout} />;
}
