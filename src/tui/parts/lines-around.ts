/** What stands above and below every screen. */
import { screenOf, type Ui } from '../choice/ui.ts';
import type { Line } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';
import type { Context } from '../keys/context.ts';
import type { View } from '../state/view.ts';
import { alertLine } from './alert-line.ts';
import { bannerLine, bannerText } from './banner.ts';
import { breadcrumb } from './breadcrumb.ts';
import { dialogBox } from './dialog-box.ts';
import { footer } from './footer.ts';
import { titleBar } from './title-bar.ts';

export interface Surroundings {
  /** What the screen shows. */
  readonly view: View;
  /** What is known: of what is wrong with the data is told even while the picture is held still. */
  readonly now: View;
  readonly date: Date;
  /** Which Redis, without secrets. */
  readonly target: string;
  readonly limits: Pick<Context, 'isReadOnly' | 'confirmsByName'>;
  readonly columns: number;
  readonly theme: Theme;
  readonly hasKeyboard: boolean;
}

export interface LinesAround {
  /** Title, banner, alert and way back. */
  readonly above: readonly Line[];
  /** Dialog and last line. */
  readonly below: readonly Line[];
}

/** The lines around the screen that `ui` has chosen. */
export function linesAround(ui: Ui, surroundings: Surroundings): LinesAround {
  const { view, now, date, target, limits, columns, theme, hasKeyboard } = surroundings;
  const { isReadOnly, confirmsByName } = limits;
  const banner = bannerText(now);
  const missed = now.changes - view.changes;
  return {
    above: [
      titleBar({ view, ui, target, date, missed, isReadOnly, columns, theme }),
      ...(banner === undefined ? [] : [bannerLine({ text: banner, width: columns, theme })]),
      ...(hasAlertLine(ui, now) ? [alertLine({ alerts: now.alerts, columns, theme })] : []),
      ...(hasBreadcrumb(ui) ? [breadcrumb({ ui, columns, theme })] : []),
    ],
    below: [
      ...(ui.dialog === undefined
        ? []
        : dialogBox({ dialog: ui.dialog, view, confirmsByName, columns, theme })),
      footer({ ui, hasKeyboard, columns, theme }),
    ],
  };
}

/** The overview has a place for alerts; elsewhere the worst one burns under the title. */
function hasAlertLine(ui: Ui, { alerts }: View): boolean {
  return alerts.length > 0 && screenOf(ui) !== 'overview';
}

/** Views say themselves which one they are. */
function hasBreadcrumb({ open, isHelpShown }: Ui): boolean {
  return open !== undefined && !isHelpShown;
}
