/** Does what keys ask of the world. Every effect answers with what there is to say; none of them throws. */
import { messageOf } from '../../base/errors.ts';
import type { Notice, Ui } from '../choice/ui.ts';
import { viewDocument } from '../export/view-document.ts';
import type { View } from '../state/view.ts';
import type { Effect } from './effect.ts';
import type { FleetActions } from './fleet-actions.ts';

export interface EffectPorts {
  readonly quit: () => void;
  readonly suspend: () => void;
  /** Puts `text` into the clipboard of the terminal, as far as that allows it. */
  readonly copy: (text: string) => void;
  readonly lookEvery: (intervalMs: number) => void;
  /** Writes a new JSON file; answers its path. @throws Error of the file system */
  readonly writeJson: (name: string, document: unknown) => Promise<string>;
  /** Writes subtitles of a session; answers the path. @throws Error of the file system */
  readonly saveSubtitles: (sessionId: string, view: View) => Promise<string>;
  /** Undefined where this cluster can only be watched. */
  readonly actions: FleetActions | undefined;
  readonly now: () => Date;
}

/** The answer to `effect`, asked for with `ui` and `view`. */
export async function performEffect(
  effect: Effect,
  { ui, view }: { readonly ui: Ui; readonly view: View },
  ports: EffectPorts,
): Promise<Notice | undefined> {
  try {
    return await perform(effect, { ui, view, ports });
  } catch (error) {
    return { text: messageOf(error), tone: 'warn' };
  }
}

interface Asked {
  readonly ui: Ui;
  readonly view: View;
  readonly ports: EffectPorts;
}

async function perform(effect: Effect, { ui, view, ports }: Asked): Promise<Notice | undefined> {
  switch (effect.type) {
    case 'quit':
      ports.quit();
      return undefined;
    case 'suspend':
      ports.suspend();
      return undefined;
    case 'look-every':
      ports.lookEvery(effect.intervalMs);
      return undefined;
    case 'copy':
      ports.copy(effect.text);
      return said(`copied ${effect.text}`);
    case 'export': {
      const document = viewDocument(view, ui, ports.now());
      return said(`wrote ${await ports.writeJson(`rt-top-${document.screen}`, document)}`);
    }
    case 'save-subtitles':
      return said(`wrote ${await ports.saveSubtitles(effect.sessionId, view)}`);
    case 'act':
      if (ports.actions === undefined) {
        return { text: `nothing was changed: this registry cannot ${effect.verb} from here`, tone: 'warn' };
      }
      return said(await ports.actions[effect.verb](effect.id));
  }
}

function said(text: string): Notice {
  return { text, tone: 'plain' };
}
