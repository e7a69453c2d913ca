/** What an operator may do, done through the registry: wishes that their owners obey within seconds. */
import { isId, isSessionId, type WorkerId } from '../../base/ids.ts';
import type { FleetControl, WorkerWish } from '../../registry/ports.ts';
import type { Verb } from '../choice/ui.ts';

/** Each deed answers with one sentence: what has changed and how to undo it, or why nothing has. @throws RtError */
export type FleetActions = Readonly<Record<Verb, (id: string) => Promise<string>>>;

/** Recorded with a session that is ended from here. */
const END_REASON = 'ended_by_operator';

/** The deeds of an operator on the fleet behind `control`. */
export function fleetActions(control: FleetControl): FleetActions {
  const wish = async (id: string, wanted: WorkerWish, asked: string): Promise<string> => {
    const answer = isWorkerId(id) ? await control.wishWorker(id, wanted) : 'unknown';
    switch (answer) {
      case 'asked':
        return `${id} ${asked}`;
      case 'offline':
        return `nothing was changed: ${id} is offline`;
      case 'unknown':
        return `nothing was changed: no worker ${id} is known`;
    }
  };
  return {
    drain: (id) => wish(id, 'drain', 'hands its sessions over and ends; start it again to undo it'),
    cordon: (id) => wish(id, 'cordon', `takes no new sessions; undo it with :uncordon ${id}`),
    uncordon: (id) => wish(id, 'none', `takes new sessions again; undo it with :cordon ${id}`),
    end: async (id) => {
      const answer = isSessionId(id) ? await control.endSession(id, END_REASON) : 'unknown';
      switch (answer) {
        case 'asked':
          return `${id} gets its last finals and ends; it cannot be undone`;
        case 'already-ended':
          return `nothing was changed: ${id} has ended already`;
        case 'unknown':
          return `nothing was changed: no session ${id} is known`;
      }
    },
  };
}

function isWorkerId(id: string): id is WorkerId {
  return isId(id);
}
