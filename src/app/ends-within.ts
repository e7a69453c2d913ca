/** Waiting with an end, for what may never answer. */
import type { Clock } from '../base/clock.ts';

/** True when `task` settled within `limitMs`; leaves no timer behind. */
export async function endsWithin(task: Promise<unknown>, limitMs: number, clock: Clock): Promise<boolean> {
  const settled = new AbortController();
  const late = clock.sleep(limitMs, settled.signal).then(
    () => false,
    () => true,
  );
  const ended = task.then(
    () => true,
    () => true,
  );
  const isInTime = await Promise.race([ended, late]);
  settled.abort(new Error('settled'));
  return isInTime;
}
