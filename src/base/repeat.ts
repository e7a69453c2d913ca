/** Runs a task at an interval until told to stop; a slow run delays the next one, never overlaps it. */
import type { Clock } from './clock.ts';

export async function repeat(
  clock: Clock,
  task: { readonly everyMs: number; readonly run: () => void | Promise<void>; readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    await clock.sleep(task.everyMs, task.signal).catch(() => undefined);
    if (task.signal.aborted) return;
    await task.run();
  }
}
