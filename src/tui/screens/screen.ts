import type { Ui } from '../choice/ui.ts';
import type { Line } from '../drawing/line.ts';
import type { Theme } from '../drawing/theme.ts';
import type { ListOnScreen } from '../list/list-on-screen.ts';
import type { View } from '../state/view.ts';

/** What every screen is drawn from. The title, alerts, dialog and last line around it are drawn by the app. */
export interface ScreenProps {
  readonly view: View;
  readonly ui: Ui;
  readonly columns: number;
  /** Rows the screen fills, exactly. */
  readonly rows: number;
  readonly theme: Theme;
  /** Local time, for what is shown as a time of day. */
  readonly date: Date;
  /** False where only signals end the program: nothing is marked as chosen. */
  readonly hasKeyboard: boolean;
  /** False where the monitor was started without texts. */
  readonly hasTranscripts: boolean;
}

/** A screen for one moment: what keys refer to, and how it is drawn. Nothing is drawn to learn the first. */
export interface Picture {
  readonly list: ListOnScreen;
  readonly draw: () => readonly Line[];
}

export type Screen = (props: ScreenProps) => Picture;
