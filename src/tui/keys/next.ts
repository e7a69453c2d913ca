/** The answer to one key: the choices after it, and what it asks of the world. */
import type { Ui } from '../choice/ui.ts';
import type { Effect } from '../effects/effect.ts';

export interface Next {
  readonly ui: Ui;
  readonly effects: readonly Effect[];
}

/** `ui`, and nothing asked. */
export function only(ui: Ui): Next {
  return { ui, effects: [] };
}

/** `ui`, and `effect` asked. */
export function does(ui: Ui, effect: Effect): Next {
  return { ui, effects: [effect] };
}

/** `ui` with the reason why the key did not do what it is for. */
export function warned(ui: Ui, text: string): Ui {
  return { ...ui, notice: { text, tone: 'warn' } };
}
