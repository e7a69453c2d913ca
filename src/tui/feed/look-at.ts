/** One look at a fleet, judged as the screens judge it, for commands that do not stay. */
import type { Clock } from '../../base/clock.ts';
import type { FleetView } from '../../registry/ports.ts';
import { type View, viewOf } from '../state/view.ts';
import { takeOnce } from './fleet-feed.ts';

/** @throws RtError registry_unavailable */
export async function lookAt(
  fleet: Pick<FleetView, 'workers' | 'snapshot' | 'events'>,
  clock: Clock,
): Promise<View> {
  const state = await takeOnce(fleet, clock);
  return viewOf(state, state.sampledAtMs);
}
