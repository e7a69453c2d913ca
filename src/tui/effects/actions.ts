/** What an operator may do to the fleet from the monitor. */
import type { Verb } from '../choice/ui.ts';

/** Each answers with one sentence: what has changed and how to undo it, or why nothing has. */
export interface FleetActions {
  drainWorker(id: string): Promise<string>;
  cordonWorker(id: string): Promise<string>;
  uncordonWorker(id: string): Promise<string>;
  endSession(id: string): Promise<string>;
}

/** Does `verb` to `id`. @throws RtError what the registry says */
export function act(actions: FleetActions, verb: Verb, id: string): Promise<string> {
  switch (verb) {
    case 'drain':
      return actions.drainWorker(id);
    case 'cordon':
      return actions.cordonWorker(id);
    case 'uncordon':
      return actions.uncordonWorker(id);
    case 'end':
      return actions.endSession(id);
  }
}
