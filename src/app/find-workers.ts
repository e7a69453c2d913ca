/** The workers an operator named. */
import { RtError } from '../base/errors.ts';
import { closest } from '../config/closest.ts';
import type { FleetView, WorkerView } from '../registry/ports.ts';

/**
 * In the order they were named, each once.
 * @throws RtError not_found for the first one that is unknown, with the name that was probably meant
 */
export async function findWorkers(
  fleet: Pick<FleetView, 'workers'>,
  ids: readonly string[],
): Promise<readonly WorkerView[]> {
  const known = new Map<string, WorkerView>((await fleet.workers()).map((worker) => [worker.id, worker]));
  return [...new Set(ids)].map((id) => {
    const worker = known.get(id);
    if (worker !== undefined) return worker;
    const meant = closest(id, known.keys());
    const list = 'List them with: rt workers list';
    throw new RtError('not_found', `There is no worker ${id}; nothing was changed`, {
      hint: meant === undefined ? list : `Did you mean ${meant}? ${list}`,
    });
  });
}
