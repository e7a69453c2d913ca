import { Box } from 'ink';
import type { JSX } from 'react';
import { AlertLine } from './components/alert-line.tsx';
import { Banner, bannerText } from './components/banner.tsx';
import { Breadcrumb } from './components/breadcrumb.tsx';
import { DialogBox, DIALOG_ROWS } from './components/dialog-box.tsx';
import { Footer } from './components/footer.tsx';
import { TitleBar } from './components/title-bar.tsx';
import type { Effect, Next } from './effects.ts';
import { type Frame, useFrame } from './hooks/use-frame.ts';
import { useHeld } from './hooks/use-held.ts';
import { useKeys } from './hooks/use-keys.ts';
import { useTerminalSize } from './hooks/use-terminal-size.ts';
import { useUi } from './hooks/use-ui.ts';
import { blindKeys } from './keys.ts';
import { hasRoom } from './layout.ts';
import { nextUi } from './next-ui.ts';
import type { Context } from './on-screen.ts';
import { SCREENS } from './screens.ts';
import { Compact } from './screens/compact.tsx';
import type { Picture } from './screens/screen-props.ts';
import type { Terminal } from './terminal.ts';
import type { Theme } from './theme.ts';
import { type Notice, screenOf, type Ui } from './ui.ts';
import { type View, viewOf } from './view.ts';

/** What the monitor was started with. */
export interface Limits {
  readonly isReadOnly: boolean;
  /** The name of the object has to be typed, not only `y`. */
  readonly confirmsByName: boolean;
  readonly hasTranscripts: boolean;
}

export interface AppProps {
  readonly read: () => Frame;
  readonly terminal: Pick<Terminal, 'size' | 'onResize'>;
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

/** Chooses the screen for what is known, what was chosen, and the room there is. */
export function App(props: AppProps): JSX.Element {
  const { terminal, theme, target, limits } = props;
  const size = useTerminalSize(terminal);
  const { state, nowMs, date } = useFrame(props.read);
  const { ui, obey } = useUi(props.initial, {
    perform: (effect, chosen) => props.perform(effect, chosen, view),
    onUi: props.onUi,
  });
  const view = viewOf(useHeld(state, ui.isPaused), nowMs);
  // What is wrong with the data is told even while the picture is held still.
  const now = viewOf(state, nowMs);
  const banner = bannerText(now);
  // A frame as high as the terminal would scroll it in some terminals.
  const height = Math.max(1, size.rows - 1);
  const { columns } = size;
  const picture = (chosen: Ui, hasKeyboard: boolean): Picture => {
    const rows = Math.max(1, height - rowsAround(chosen, now, banner));
    return SCREENS[screenOf(chosen)]({
      view,
      ui: limits.hasTranscripts ? chosen : { ...chosen, isTextHidden: true },
      columns,
      rows,
      theme,
      date,
      hasKeyboard,
      hasTranscripts: limits.hasTranscripts,
    });
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
  if (!isReadable) return <Compact view={view} columns={columns} theme={theme} />;
  const around = { ui, columns, theme };
  return (
    // No line is wider than the screen: cutting each of them again would cost a third of the frame.
    <Box flexDirection="column" width={columns} height={height} overflowY="hidden">
      <TitleBar
        {...around}
        view={view}
        target={target}
        date={date}
        missed={now.changes - view.changes}
        isReadOnly={limits.isReadOnly}
      />
      {banner === undefined ? null : <Banner text={banner} width={columns} theme={theme} />}
      {hasAlertLine(ui, now) ? <AlertLine alerts={now.alerts} columns={columns} theme={theme} /> : null}
      {hasBreadcrumb(ui) ? <Breadcrumb {...around} /> : null}
      <Box flexDirection="column" flexGrow={1}>
        {picture(ui, hasKeyboard).draw()}
      </Box>
      {ui.dialog === undefined ? null : (
        <DialogBox {...around} dialog={ui.dialog} view={view} confirmsByName={limits.confirmsByName} />
      )}
      <Footer {...around} hasKeyboard={hasKeyboard} />
    </Box>
  );
}

/** The overview has a place for alerts; elsewhere the worst one burns under the title. */
function hasAlertLine(ui: Ui, { alerts }: View): boolean {
  return alerts.length > 0 && screenOf(ui) !== 'overview';
}

/** Views say themselves which one they are. */
function hasBreadcrumb({ open, isHelpShown }: Ui): boolean {
  return open !== undefined && !isHelpShown;
}

/** Title, banner, alert, way back, dialog and last line. */
function rowsAround(ui: Ui, now: View, banner: string | undefined): number {
  return (
    2 +
    (banner === undefined ? 0 : 1) +
    (hasAlertLine(ui, now) ? 1 : 0) +
    (hasBreadcrumb(ui) ? 1 : 0) +
    (ui.dialog === undefined ? 0 : DIALOG_ROWS)
  );
}
