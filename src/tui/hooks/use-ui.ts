import { useRef, useState } from 'react';
import type { Notice, Ui } from '../choice/ui.ts';
import type { Effect } from '../effects/effect.ts';
import type { Next } from '../keys/next.ts';

export interface UiPorts {
  /** Does what a key asked for; answers what there is to say of it. */
  readonly perform: (effect: Effect, ui: Ui) => Promise<Notice | undefined>;
  readonly onUi: (ui: Ui) => void;
}

export interface UiStore {
  readonly ui: Ui;
  /** Obeys `keys` one after the other: each finds what the one before it has changed. */
  readonly obey: (keys: readonly string[], next: (ui: Ui, key: string) => Next) => void;
}

/** What is chosen, changed by keys and by what became of the effects they had. */
export function useUi(initial: Ui, { perform, onUi }: UiPorts): UiStore {
  const [ui, setUi] = useState(initial);
  // Several keys may arrive before the next picture.
  const newest = useRef(initial);
  const change = (next: Ui): void => {
    newest.current = next;
    setUi(next);
    onUi(next);
  };
  const obey: UiStore['obey'] = (keys, next) => {
    for (const key of keys) {
      const { ui: chosen, effects } = next(newest.current, key);
      change(chosen);
      for (const effect of effects) {
        void perform(effect, chosen).then((notice) => {
          if (notice !== undefined) change({ ...newest.current, notice });
        });
      }
    }
  };
  return { ui, obey };
}
