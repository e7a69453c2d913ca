/** Waits for something that may never come; the timer goes when the wait is over. */
import type { Clock } from './clock.ts';

/** What `awaited` resolves to, or `late` when `ms` passed first. Rejects as `awaited` does. */
export async function within<T>(clock: Clock, ms: number, awaited: Promise<T>): Promise<T | 'late'> {
  const settled = new AbortController();
  const late = clock.sleep(ms, settled.signal).then(
    () => 'late' as const,
    () => 'late' as const,
  );
  try {
    return await Promise.race([awaited, late]);
  } finally {
    settled.abort();
  }
}

/** True when `task` settled, either way, within `ms`. */
export async function settlesWithin(clock: Clock, ms: number, task: Promise<unknown>): Promise<boolean> {
  const settled = task.then(
    () => 'settled' as const,
    () => 'settled' as const,
  );
  return (await within(clock, ms, settled)) === 'settled';
}
