import type { Theme } from '../theme.ts';
import type { Ui } from '../ui.ts';
import type { View } from '../view.ts';

/** What every screen is drawn from. */
export interface ScreenProps {
  readonly view: View;
  readonly banner: string | undefined;
  readonly ui: Ui;
  readonly date: Date;
  /** Which Redis, without secrets. */
  readonly target: string;
  readonly hasKeyboard: boolean;
  readonly columns: number;
  /** Rows of the frame: one less than the terminal has. */
  readonly height: number;
  readonly theme: Theme;
}
